/* The continuous queue against queueing theory in closed form: M/M/1, M/M/c, M/D/1, M/G/1, M/M/c+M, priorities. */
#include "plan/simulate_event.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>

#include <cmocka.h>

enum { REPLICATIONS = 20 };

typedef struct estimate {
    double mean, error; /* over the replications, which are independent */
} estimate;

typedef struct estimates {
    estimate wait, waiting, over, left, queue, busy, of[2];
} estimates;

static estimate estimate_of(const double *values)
{
    double sum = 0, squares = 0;
    for (int i = 0; i < REPLICATIONS; i++)
        sum += values[i];
    const double mean = sum / REPLICATIONS;
    for (int i = 0; i < REPLICATIONS; i++)
        squares += (values[i] - mean) * (values[i] - mean);
    return (estimate){mean, sqrt(squares / (REPLICATIONS - 1) / REPLICATIONS)};
}

static estimates run(event_queue q)
{
    double values[8][REPLICATIONS];
    q.people = 60000;
    q.warm_up = 10000;
    q.seed = 42;
    for (int i = 0; i < REPLICATIONS; i++) {
        event_answer a;
        error err = {0};
        q.replication = i;
        if (event_queue_run(&q, &a, &err) != STATUS_OK)
            fail_msg("%s", err.message);
        assert_int_equal(a.seen + a.left, q.people - q.warm_up);
        const double all[8] = {a.wait_mean,  a.share_waiting, a.share_over,      a.share_left,
                               a.queue_mean, a.busy_mean,     a.wait_mean_of[0], a.wait_mean_of[1]};
        for (int k = 0; k < 8; k++)
            values[k][i] = all[k];
    }
    return (estimates){estimate_of(values[0]),
                       estimate_of(values[1]),
                       estimate_of(values[2]),
                       estimate_of(values[3]),
                       estimate_of(values[4]),
                       estimate_of(values[5]),
                       {estimate_of(values[6]), estimate_of(values[7])}};
}

/* Within 4 standard errors, and those are small: an estimate that says nothing cannot pass. */
static void agrees(const char *what, estimate e, double theory)
{
    if (fabs(e.mean - theory) > 4 * e.error + 1e-12)
        fail_msg("%s: %g (standard error %g), theory %g", what, e.mean, e.error, theory);
    if (e.error > 0.03 * theory + 1e-9)
        fail_msg("%s: standard error %g of %g", what, e.error, theory);
}

static double erlang_c(double load, int servers)
{
    double term = 1, sum = 1;
    for (int k = 1; k < servers; k++)
        sum += term *= load / k;
    const double last = term * load / servers / (1 - load / servers);
    return last / (sum + last);
}

static void mm1(void **state)
{
    (void)state;
    const double rho = 0.8, rate = 0.8; /* service mean 1 */
    estimates e = run((event_queue){.arrival_rate = rate, .service_mean = 1, .servers = 1, .wait_asked = 3});
    agrees("wait", e.wait, rho / (1 - rho));
    agrees("share waiting", e.waiting, rho);
    agrees("share over 3", e.over, rho * exp(-(1 - rho) * 3));
    agrees("people in the queue", e.queue, rho * rho / (1 - rho));
    agrees("busy", e.busy, rho);
}

static void mmc(void **state)
{
    (void)state;
    const int servers = 5;
    const double load = 4, service = 2, c = erlang_c(load, servers);
    estimates e = run(
        (event_queue){.arrival_rate = load / service, .service_mean = service, .servers = servers, .wait_asked = 1.5});
    agrees("share waiting", e.waiting, c);
    agrees("wait", e.wait, c * service / (servers - load));
    agrees("share over", e.over, c * exp(-(servers - load) / service * 1.5));
    agrees("people in the queue", e.queue, c * load / (servers - load));
    agrees("busy", e.busy, load);
}

/* Pollaczek and Khinchine: wait = rho (1 + cv^2) / (2 (1 - rho)) service times. */
static void md1_and_mg1(void **state)
{
    (void)state;
    const double rho = 0.75;
    estimates fixed =
        run((event_queue){.arrival_rate = rho, .service_mean = 1, .servers = 1, .service = SERVICE_FIXED});
    agrees("M/D/1 wait", fixed.wait, rho / (2 * (1 - rho)));
    agrees("M/D/1 queue", fixed.queue, rho * rho / (2 * (1 - rho)));
    agrees("M/D/1 share waiting", fixed.waiting, rho);
    estimates gamma = run((event_queue){
        .arrival_rate = rho, .service_mean = 1, .servers = 1, .service = SERVICE_GAMMA, .service_variation = 0.5});
    agrees("M/G/1 wait", gamma.wait, rho * 1.25 / (2 * (1 - rho)));
}

/* Erlang A: birth and death with death rate c mu + (n - c) theta above c. */
static void impatience(void **state)
{
    (void)state;
    const int servers = 3;
    const double rate = 4, leaving = 0.5;
    double p = 1, sum = 0, queue = 0, waiting = 0;
    for (int n = 0; n < 400; n++) {
        sum += p;
        queue += n > servers ? (n - servers) * p : 0;
        waiting += n >= servers ? p : 0;
        p *= rate / (n + 1 <= servers ? n + 1 : servers + (n + 1 - servers) * leaving);
    }
    estimates e =
        run((event_queue){.arrival_rate = rate, .service_mean = 1, .servers = servers, .leaving_rate = leaving});
    agrees("share waiting", e.waiting, waiting / sum);
    agrees("queue", e.queue, queue / sum);
    agrees("share that leaves", e.left, queue / sum * leaving / rate);
    agrees("wait", e.wait, queue / sum / rate);
}

/* Cobham: W_k = R / ((1 - s_{k-1}) (1 - s_k)), R = rate E[S^2] / 2. */
static void priorities(void **state)
{
    (void)state;
    const double rate = 0.8;
    estimates e =
        run((event_queue){.arrival_rate = rate, .service_mean = 1, .servers = 1, .priority_shares = {0.25, 0.75}});
    agrees("urgent", e.of[0], rate / (1 - 0.2));
    agrees("routine", e.of[1], rate / ((1 - 0.2) * (1 - 0.8)));
}

static void absurd_queues_are_refused(void **state)
{
    (void)state;
    event_answer a;
    error err = {0};
    const event_queue good = {.arrival_rate = 1, .service_mean = 0.5, .servers = 1, .people = 100};
    assert_int_equal(event_queue_run(&good, &a, &err), STATUS_OK);
    event_queue q = good;
    q.service_mean = 1;
    assert_int_equal(event_queue_run(&q, &a, &err), STATUS_REFUSED);
    assert_true(err.hint[0] != 0);
    q = good;
    q.servers = 0;
    assert_int_equal(event_queue_run(&q, &a, &err), STATUS_REFUSED);
    q = good;
    q.arrival_rate = NAN;
    assert_int_equal(event_queue_run(&q, &a, &err), STATUS_REFUSED);
    q = good;
    q.warm_up = 100;
    assert_int_equal(event_queue_run(&q, &a, &err), STATUS_REFUSED);
    q = good;
    q.priority_shares[1] = 0.5;
    assert_int_equal(event_queue_run(&q, &a, &err), STATUS_REFUSED);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(mm1),        cmocka_unit_test(mmc),        cmocka_unit_test(md1_and_mg1),
        cmocka_unit_test(impatience), cmocka_unit_test(priorities), cmocka_unit_test(absurd_queues_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
