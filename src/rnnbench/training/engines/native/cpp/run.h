// A run: a network that learns.
#pragma once
#include "adam.h"
#include "network.h"

class Run : public Network {
public:
    explicit Run(const Plan& plan) : Network(plan), last((size_t)layout.table_rows) {}

    // Take a step at this learning rate for each of `batches` batches of `sizes` sequences, one after the other in `order`.
    void learn(const Split& split, const int32_t* order, const int32_t* sizes, int batches, double rate, float largest) {
        m.need(layout.size()), v.need(layout.size());
        for (int i = 0; i < batches; order += sizes[i++]) {
            lay(split, order, sizes[i]);
            for (int dimension : words.dimensions) catch_up(dimension);
            forward(split, true);
            backward(split);
            move(rate, largest);
            if (adam.step() % Adam::LAG == 0) catch_up_all();
        }
        catch_up_all();
    }

private:
    Adam adam;
    Numbers m, v;
    std::vector<int32_t> last;  // (dimensions) the step up to which each row of the table is right; 0: it never moved

    void catch_up_all() {
        for (int row = 0; row < (int)last.size(); row++) catch_up(row);
    }
    void catch_up(int row) {
        const long at = table_row(row);
        adam.catch_up(layout.table_width, p.get() + at, m.get() + at, v.get() + at, last[row]);
        last[row] = last[row] ? adam.step() : 0;
    }

    // A step of Adam, after the gradient was made shorter where it is longer than `largest`.
    void move(double rate, float largest) {
        const int touched = (int)words.dimensions.size(), row = layout.table_width;
        const double norm = std::sqrt(squares(g.get(), layout.dense) + squares(d_table.get(), (long)touched * row));
        const float shrink = norm > largest ? (float)(largest / (norm + 1e-6)) : norm == norm ? 1.0f : (float)norm;
        adam.begin(rate);
        adam.move(layout.dense, p.get(), m.get(), v.get(), g.get(), shrink);
        for (int i = 0; i < touched; i++) {
            const long at = table_row(words.dimensions[i]);
            adam.move(row, p.get() + at, m.get() + at, v.get() + at, d_table.get() + (long)i * row, shrink);
            last[words.dimensions[i]] = adam.step();
        }
    }

    static double squares(const float* x, long n) {
        Vector total[4]{};
        for (long i = 0, j = 0; i < n; i += WIDTH, j = (j + 1) % 4) total[j] += load(x + i) * load(x + i);
        return (double)sum(total[0]) + sum(total[1]) + sum(total[2]) + sum(total[3]);
    }
};
