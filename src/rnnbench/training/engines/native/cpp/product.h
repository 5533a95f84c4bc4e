// Matrix products. A matrix on the right lies in panels: up to four vectors of columns side by side, row after row, so
// that a tile of the result stays in registers while it runs down a panel.
#pragma once
#include <algorithm>
#include "vector.h"

// What a matrix of `rows` rows looks like in panels. Its columns are counted in vectors. In the wide rows that it is
// multiplied into, panels may stand apart: `jump` vectors from one to the next (a GRU's memory feeds three of four gates).
struct Shape {
    int rows = 0, vectors = 0, panel = 1, jump = 1;

    // Columns that stand side by side.
    static Shape dense(int rows, int vectors) {
        const int panels = std::max(1, (vectors + PANEL - 1) / PANEL), panel = (vectors + panels - 1) / panels;
        return {rows, vectors, panel, panel};
    }
    // `blocks` blocks of `jump` vectors, of which `panel` are wanted.
    static Shape blocks(int rows, int blocks, int panel, int jump) {
        return panel == jump ? dense(rows, blocks * panel) : Shape{rows, blocks * panel, panel, jump};
    }
    int panels() const { return panel ? (vectors + panel - 1) / panel : 0; }
    int width(int p) const { return std::min(panel, vectors - p * panel); }
    long size() const { return (long)rows * vectors * WIDTH; }
    long start(int p) const { return (long)p * panel * rows * WIDTH; }
    // Where the number in a row and column lies.
    long at(int row, int column) const {
        const int p = column / (panel * WIDTH);
        return start(p) + (long)row * width(p) * WIDTH + column % (panel * WIDTH);
    }
};

// The left matrix of a product: element (m, k) lies at m * row + k * step. Where k runs over parts of wide rows, it does so
// in `segments` of equal length, `jump` numbers from one to the next.
struct Left {
    const float* from;
    long row, step = 1;
    int segments = 1;
    long jump = 0;
};

// What a product is added to.
struct Nothing {
    INLINE Vector operator()(const float*, int, int) const { return Vector{}; }
};
struct Same {
    INLINE Vector operator()(const float* result, int, int j) const { return load(result + j * WIDTH); }
};
struct Row {  // one row for all, as a bias
    const float* from;
    INLINE Vector operator()(const float*, int, int j) const { return load(from + j * WIDTH); }
};
struct Rows {  // a row for each, looked up by number
    const float* from;
    long width;
    const int32_t* number;
    INLINE Vector operator()(const float*, int m, int j) const { return load(from + number[m] * width + j * WIDTH); }
};
INLINE Nothing shifted(Nothing, int, long) { return {}; }
INLINE Same shifted(Same, int, long) { return {}; }
INLINE Row shifted(Row row, int, long column) { return {row.from + column}; }
INLINE Rows shifted(Rows rows, int m, long column) { return {rows.from + column, rows.width, rows.number + m}; }

// ROWS x VECTORS of a result: begin + left x right, where `right` has `depth` rows, `stride` numbers apart.
template <int ROWS, int VECTORS, class Begin>
INLINE void tile(Begin begin, Left left, const float* right, long stride, int depth, float* result, long row) {
    Vector sums[ROWS][VECTORS];
#pragma GCC unroll 16
    for (int m = 0; m < ROWS; m++)
#pragma GCC unroll 4
        for (int j = 0; j < VECTORS; j++) sums[m][j] = begin(result + m * row, m, j);
    const int length = depth / left.segments;
    for (int segment = 0; segment < left.segments; segment++) {
        const float* from = left.from + segment * left.jump;
        for (int k = 0; k < length; k++, right += stride, from += left.step) {
            Vector columns[VECTORS];
#pragma GCC unroll 4
            for (int j = 0; j < VECTORS; j++) columns[j] = load(right + j * WIDTH);
#pragma GCC unroll 16
            for (int m = 0; m < ROWS; m++) {
                const Vector factor = all(from[m * left.row]);
#pragma GCC unroll 4
                for (int j = 0; j < VECTORS; j++) sums[m][j] += factor * columns[j];
            }
        }
    }
#pragma GCC unroll 16
    for (int m = 0; m < ROWS; m++)
#pragma GCC unroll 4
        for (int j = 0; j < VECTORS; j++) store(result + m * row + j * WIDTH, sums[m][j]);
}

// `rows` rows of a panel of VECTORS vectors, in tiles of as even a height as fits the registers.
template <int ROWS, int VECTORS, class Begin>
void tiles(int rows, Begin begin, Left left, const float* right, long stride, int depth, float* result, long row) {
    if constexpr (ROWS > 0) {
        const int count = (rows + TILE_ROWS[VECTORS] - 1) / TILE_ROWS[VECTORS];
        if ((rows + count - 1) / count < ROWS)
            return tiles<ROWS - 1, VECTORS>(rows, begin, left, right, stride, depth, result, row);
        const int high = count - (ROWS * count - rows);  // so many tiles of ROWS rows; the others have one less
        int m = 0;
        for (int i = 0; i < high; i++, m += ROWS)
            tile<ROWS, VECTORS>(shifted(begin, m, 0), {left.from + m * left.row, left.row, left.step, left.segments, left.jump},
                                right, stride, depth, result + m * row, row);
        if constexpr (ROWS > 1)
            for (; m < rows; m += ROWS - 1)
                tile<ROWS - 1, VECTORS>(shifted(begin, m, 0), {left.from + m * left.row, left.row, left.step, left.segments, left.jump},
                                        right, stride, depth, result + m * row, row);
    }
}

template <class Begin>
void panel(int vectors, int rows, Begin begin, Left left, const float* right, long stride, int depth, float* result, long row) {
    if (rows <= 0) return;
    switch (vectors) {
        case 1: return tiles<TILE_ROWS[1], 1>(rows, begin, left, right, stride, depth, result, row);
        case 2: return tiles<TILE_ROWS[2], 2>(rows, begin, left, right, stride, depth, result, row);
        case 3: return tiles<TILE_ROWS[3], 3>(rows, begin, left, right, stride, depth, result, row);
        default: return tiles<TILE_ROWS[4], 4>(rows, begin, left, right, stride, depth, result, row);
    }
}

// result = begin + left x right, for `rows` rows of `row` numbers. `first`, `depth`: the rows of `right` that are used.
template <class Begin>
void multiply(int rows, Begin begin, Left left, const Shape& shape, const float* right, int first, int depth, float* result, long row) {
    for (int p = 0; p < shape.panels(); p++) {
        const long stride = shape.width(p) * WIDTH, column = (long)p * shape.jump * WIDTH;
        panel(shape.width(p), rows, shifted(begin, 0, column), left, right + shape.start(p) + first * stride, stride, depth,
              result + column, row);
    }
}

constexpr int DEPTH = 128;  // positions that a gradient runs over at a time, so that they stay in the nearest cache

// gradient (in panels, from row `first` on, `rows` of them) += left^T x right over `positions` rows of both.
inline void add_outer(int positions, const float* left, long left_row, int rows, const float* right, long right_row, const Shape& shape,
                      float* gradient, int first) {
    for (int k = 0; k < positions; k += DEPTH)
        for (int p = 0; p < shape.panels(); p++) {
            const long width = shape.width(p) * WIDTH;
            panel(shape.width(p), rows, Same{}, {left + k * left_row, 1, left_row}, right + k * right_row + (long)p * shape.jump * WIDTH,
                  right_row, std::min(DEPTH, positions - k), gradient + shape.start(p) + first * width, width);
        }
}

// The transpose of a matrix in panels, in panels. Its columns are padded to whole vectors.
inline Shape transposed(const Shape& shape) { return Shape::dense(shape.vectors * WIDTH, padded(shape.rows) / WIDTH); }
inline void transpose(const Shape& shape, const float* from, const Shape& turned, float* to) {
    for (int p = 0; p < shape.panels(); p++) {
        const int width = shape.width(p) * WIDTH;
        for (int row = 0; row < shape.rows; row++) {
            const float* source = from + shape.start(p) + (long)row * width;
            const int q = row / (turned.panel * WIDTH);
            const long stride = turned.width(q) * WIDTH;
            float* target = to + turned.at(p * shape.panel * WIDTH, row);
            for (int j = 0; j < width; j++) target[j * stride] = source[j];
        }
    }
}
