/* The lecture's 4-2-1 network under Adam, S seeds at once: what the engine's arithmetic costs in C.
 *
 * Seeds last, in blocks that stay in registers and the first cache, so that a compiler makes each
 * inner loop one of SIMD. Batches are given: input[t][i][b][s], label[t][b][s], one after the other
 * and then from the first again. Returns the sum of all losses, which keeps the work alive. */
#include <math.h>

#define INPUTS 4
#define HIDDEN 2
#define BATCH 8
#define BLOCK 16
#define SIZE (HIDDEN * (INPUTS + 1) + HIDDEN + 1)
#define EACH for (int s = 0; s < BLOCK; s++)

#ifndef REAL
#define REAL double
#endif

static inline REAL exponential(REAL x) { return sizeof(REAL) == 4 ? expf((float)x) : exp(x); }

double train(long seeds, long steps, long given, const REAL *inputs, const REAL *labels,
             REAL *parameters, REAL *first, REAL *second, double rate)
{
    double total = 0.0;
    for (long begin = 0; begin < seeds; begin += BLOCK) {
        REAL p[SIZE][BLOCK], m[SIZE][BLOCK], v[SIZE][BLOCK];
        for (int d = 0; d < SIZE; d++) EACH {
            p[d][s] = parameters[d * seeds + begin + s];
            m[d][s] = first[d * seeds + begin + s];
            v[d][s] = second[d * seeds + begin + s];
        }
        double power1 = 1.0, power2 = 1.0;
        for (long k = 0; k < steps; k++) {
            const REAL *x = inputs + (k % given) * INPUTS * BATCH * seeds;
            const REAL *y = labels + (k % given) * BATCH * seeds;
            REAL g[SIZE][BLOCK] = {{0}}, loss[BLOCK] = {0};
            for (int b = 0; b < BATCH; b++) {
                REAL h[HIDDEN][BLOCK], out[BLOCK], d[BLOCK];
                for (int j = 0; j < HIDDEN; j++) EACH {
                    REAL sum = p[j * (INPUTS + 1) + INPUTS][s];
                    for (int i = 0; i < INPUTS; i++)
                        sum += p[j * (INPUTS + 1) + i][s] * x[(i * BATCH + b) * seeds + begin + s];
                    h[j][s] = 1 / (1 + exponential(-sum));
                }
                EACH {
                    REAL sum = p[SIZE - 1][s];
                    for (int j = 0; j < HIDDEN; j++) sum += p[SIZE - 1 - HIDDEN + j][s] * h[j][s];
                    out[s] = 1 / (1 + exponential(-sum));
                    REAL error = out[s] - y[b * seeds + begin + s];
                    loss[s] += error * error / BATCH;
                    d[s] = error * out[s] * (1 - out[s]) * 2 / BATCH;
                    g[SIZE - 1][s] += d[s];
                }
                for (int j = 0; j < HIDDEN; j++) EACH {
                    REAL back = d[s] * p[SIZE - 1 - HIDDEN + j][s] * h[j][s] * (1 - h[j][s]);
                    g[SIZE - 1 - HIDDEN + j][s] += d[s] * h[j][s];
                    g[j * (INPUTS + 1) + INPUTS][s] += back;
                    for (int i = 0; i < INPUTS; i++)
                        g[j * (INPUTS + 1) + i][s] += back * x[(i * BATCH + b) * seeds + begin + s];
                }
            }
            power1 *= 0.9;
            power2 *= 0.999;
            REAL scale = (REAL)(rate / (1 - power1)), root = (REAL)(1 / (1 - power2));
            for (int d = 0; d < SIZE; d++) EACH {
                m[d][s] = (REAL)0.9 * m[d][s] + (REAL)(1 - 0.9) * g[d][s];
                v[d][s] = (REAL)0.999 * v[d][s] + (REAL)(1 - 0.999) * g[d][s] * g[d][s];
                p[d][s] -= scale * m[d][s] / (REAL)sqrt(v[d][s] * root + (REAL)1e-8);
            }
            EACH total += loss[s];
        }
        for (int d = 0; d < SIZE; d++) EACH {
            parameters[d * seeds + begin + s] = p[d][s];
            first[d * seeds + begin + s] = m[d][s];
            second[d * seeds + begin + s] = v[d][s];
        }
    }
    return total;
}
