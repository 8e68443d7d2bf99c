/*
 * The program concord-mpi: concord with the replications of `concord plan simulate` and `plan compare` parted over machines by MPI.
 *
 *     mpirun -n 8 concord-mpi plan simulate --scenario extra-sessions --csv lists.csv --from 2026-04 --replications 1000
 *
 * Built with -DCONCORD_MPI=ON. Every rank reads the same files and plays its share of the replications; all get all figures, so that whatever is
 * asked next (the capacity needed, say) is the same on each, and the first rank prints. Random numbers are counted, so the answer is the
 * same for any number of ranks.
 */
#include "cli/cli.h"
#include "plan/plan.h"

#include <limits.h>
#include <mpi.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Every rank has filled the rows of its own replications, in place; now all get all. */
static status gather(const simulate_ranks *ranks, void *rows, size_t row_bytes, int64_t replications, error *err)
{
    int *counts = calloc((size_t)ranks->count, sizeof *counts),
        *offsets = calloc((size_t)ranks->count, sizeof *offsets);
    MPI_Datatype row = MPI_DATATYPE_NULL;
    status code = STATUS_OK;
    if (counts == NULL || offsets == NULL || row_bytes / sizeof(double) > INT_MAX || replications > INT_MAX) {
        code = error_set(err, STATUS_MEMORY, "The results are too large to be gathered from all ranks");
        goto out;
    }
    for (int32_t r = 0; r < ranks->count; r++) {
        const simulate_ranks other = {.rank = r, .count = ranks->count};
        int64_t first = 0, count = 0;
        simulate_ranks_share(&other, replications, &first, &count);
        offsets[r] = (int)first;
        counts[r] = (int)count;
    }
    if (MPI_Type_contiguous((int)(row_bytes / sizeof(double)), MPI_DOUBLE, &row) != MPI_SUCCESS ||
        MPI_Type_commit(&row) != MPI_SUCCESS ||
        MPI_Allgatherv(MPI_IN_PLACE, 0, MPI_DATATYPE_NULL, rows, counts, offsets, row, MPI_COMM_WORLD) != MPI_SUCCESS)
        code = error_set(err, STATUS_IO, "The ranks could not gather their results");
    if (row != MPI_DATATYPE_NULL)
        (void)MPI_Type_free(&row);
out:
    free(counts);
    free(offsets);
    return code;
}

/* Is it one of the commands whose replications can be parted? Words before them name the workspace. */
static bool is_parted(int argc, char **argv)
{
    const char *words[2] = {"", ""};
    int count = 0;
    for (int i = 1; i < argc && count < 2; i++) {
        if (strcmp(argv[i], "-w") == 0 || strcmp(argv[i], "--workspace") == 0)
            i++;
        else if (argv[i][0] != '-')
            words[count++] = argv[i];
    }
    return count < 2 ||
           (strcmp(words[0], "plan") == 0 && (strcmp(words[1], "simulate") == 0 || strcmp(words[1], "compare") == 0));
}

int main(int argc, char **argv)
{
    simulate_ranks ranks = {.gather = gather};
    int rank = 0, count = 1;
    if (MPI_Init(&argc, &argv) != MPI_SUCCESS)
        return 4;
    (void)MPI_Comm_rank(MPI_COMM_WORLD, &rank);
    (void)MPI_Comm_size(MPI_COMM_WORLD, &count);
    ranks.rank = rank;
    ranks.count = count;
    /* One rank speaks. The others do the same work, and would say the same. */
    if (rank > 0 && (freopen("/dev/null", "w", stdout) == NULL || freopen("/dev/null", "w", stderr) == NULL))
        MPI_Abort(MPI_COMM_WORLD, 3);
    if (!is_parted(argc, argv)) {
        if (rank == 0)
            (void)fputs("concord-mpi: only plan simulate and plan compare run on several machines. Use concord.\n",
                        stderr);
        (void)MPI_Finalize();
        return 2;
    }
    const int code = cli_main_ranked(argc, argv, &ranks);
    if (code >= 3) /* what went wrong here may not have there: the others would wait for ever */
        MPI_Abort(MPI_COMM_WORLD, code);
    (void)MPI_Finalize();
    return code;
}
