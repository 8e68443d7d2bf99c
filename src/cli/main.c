/* The program concord: everything is in cli_main, so that tests can run it too. */
#include "cli/cli.h"

int main(int argc, char **argv)
{
    return cli_main(argc, argv);
}
