/* stat_peers: concord peers --measure: the workspace's latest figures as the variables to compare by. */
#ifndef CONCORD_CLI_STAT_PEERS_H
#define CONCORD_CLI_STAT_PEERS_H

#include "cli/cli.h"

MUST_USE status peers_of_workspace(cli *c, const arguments *a, error *err);

#endif
