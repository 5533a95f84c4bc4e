// The distinct words of a batch, and the dimensions of their codes: only these are looked up, and only these have a gradient.
#pragma once
#include "rows.h"

class Words {
public:
    std::vector<int32_t> place;       // (rows) which distinct word stands where
    std::vector<int32_t> dimensions;  // those that the batch uses, in the order in which they are met

    int count() const { return (int)distinct.size(); }

    // The table has `inputs` rows. Dimensions beyond them are the same rows again, in the next block: that of a window's
    // next word.
    void meet(const Split& split, const Steps& steps, int inputs) {
        table_rows = inputs;
        if ((int)word_seen.size() < split.vocabulary) word_seen.resize(split.vocabulary, 0), word_at.resize(split.vocabulary);
        if ((int)dimension_seen.size() < inputs) dimension_seen.resize(inputs, 0), dimension_at.resize(inputs);
        now++, distinct.clear(), dimensions.clear(), ends.clear(), code.clear(), block.clear();
        place.resize(steps.rows());
        for (int row = 0; row < steps.rows(); row++) {
            const int word = split.words[steps.positions[row]];
            if (std::exchange(word_seen[word], now) != now) word_at[word] = count(), add(split, word);
            place[row] = word_at[word];
        }
    }

    // sums (words, blocks, width) += the rows of the table (as `row(dimension)` gives them) that each word's code names.
    template <class RowOf>
    void look_up(RowOf&& row, int blocks, int width, float* sums) const {
        each([&](int word, int i, int block) { add_row(row(dimensions[i]), width, sums + ((long)word * blocks + block) * width); });
    }
    // gradient (dimensions of the batch, width) += the gradient of each word (words, blocks, width).
    void spread(const float* d_sums, int blocks, int width, float* gradient) const {
        each([&](int word, int i, int block) { add_row(d_sums + ((long)word * blocks + block) * width, width, gradient + (long)i * width); });
    }

    // Call call(word, i, block) for every 1 in the code of every distinct word: it is that of the i-th of `dimensions`.
    template <class Call>
    void each(Call&& call) const {
        for (int word = 0, i = 0; word < count(); word++)
            for (; i < ends[word]; i++) call(word, code[i], block[i]);
    }

    static void add_row(const float* from, int width, float* to) {
        for (int k = 0; k < width; k += WIDTH) store(to + k, load(to + k) + load(from + k));
    }

private:
    std::vector<int32_t> distinct, ends;  // words; where their codes end in `code`
    std::vector<int32_t> code, block;     // which of `dimensions`, and in which block of the code
    std::vector<int32_t> word_seen, word_at, dimension_seen, dimension_at;
    int32_t now = 0, table_rows = 1;

    void add(const Split& split, int word) {
        distinct.push_back(word);
        for (int i = split.code_starts[word]; i < split.code_starts[word + 1]; i++) {
            const int dimension = split.dimensions[i] % table_rows;
            if (std::exchange(dimension_seen[dimension], now) != now) {
                dimension_at[dimension] = (int)dimensions.size();
                dimensions.push_back(dimension);
            }
            code.push_back(dimension_at[dimension]), block.push_back(split.dimensions[i] / table_rows);
        }
        ends.push_back((int)code.size());
    }
};
