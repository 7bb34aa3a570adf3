#include "parts.h"

#include <algorithm>
#include <numeric>
#include <utility>

namespace rpt {

namespace {

/** Builds parts from the segments of a batch, and remembers where each row went. */
class Division {
public:
    Division(const Batch& batch, int tokensPerPage) : batch_(batch), tokensPerPage_(tokensPerPage) {
        isShared_.resize(batch.segments.size());
        for (const Segment& segment : batch.segments)
            if (segment.parent >= 0) isShared_[segment.parent] = true;
        partOf_.resize(batch.rows());
        rowOf_.resize(batch.rows());
    }

    int ownRows() const {
        int rows = 0;
        for (size_t s = 0; s < isShared_.size(); s++)
            if (!isShared_[s]) rows += batch_.segments[s].length;
        return rows;
    }

    std::vector<Part> run(const Targets& targets, int mostRows) {
        addShared();
        for (size_t s = 0; s < isShared_.size(); s++) {
            if (isShared_[s] || batch_.segments[s].length == 0) continue;
            bool isFull = parts_.back().rows() + batch_.segments[s].length > mostRows;
            if (parts_.size() == 1 || isFull) {
                parts_.emplace_back();
                added_.assign(isShared_.size(), -1);
            }
            add(static_cast<int>(s));
        }
        for (size_t i = 1; i < parts_.size(); i++) assignPages(parts_[i].batch, tokensPerPage_, sharedPages_);
        for (int i = 0; i < targets.count(); i++) {
            Part& part = parts_[partOf_[targets.rows[i]]];
            part.targets.rows.push_back(rowOf_[targets.rows[i]]);
            part.targets.tokens.push_back(targets.tokens[i]);
            part.order.push_back(i);
        }
        return std::move(parts_);
    }

private:
    /** The rows of a segment of the batch, at the end of the last part. */
    void addRows(Part& part, const Segment& from) {
        for (int i = from.start; i < from.start + from.length; i++) {
            partOf_[i] = static_cast<int>(parts_.size()) - 1;
            rowOf_[i] = part.rows();
            part.batch.tokens.push_back(batch_.tokens[i]);
        }
    }

    void addShared() {
        parts_.emplace_back();
        Part& part = parts_.back();
        added_.assign(isShared_.size(), -1);
        for (size_t s = 0; s < isShared_.size(); s++) {
            if (!isShared_[s]) continue;
            const Segment& from = batch_.segments[s];
            added_[s] = static_cast<int>(part.batch.segments.size());
            int parent = from.parent < 0 ? -1 : added_[from.parent];
            part.batch.segments.push_back({parent, part.rows(), from.length, 0, from.position, {}});
            part.shared.push_back(-1);
            addRows(part, from);
        }
        inShared_ = added_;
        sharedPages_ = assignPages(part.batch, tokensPerPage_);
    }

    /** Adds a shared segment to the last part, after those that it continues; returns its index there. */
    int read(int s) {
        if (s < 0) return -1;
        if (added_[s] < 0) {
            Part& part = parts_.back();
            int parent = read(batch_.segments[s].parent);
            const Segment& from = parts_.front().batch.segments[inShared_[s]];
            added_[s] = static_cast<int>(part.batch.segments.size());
            part.batch.segments.push_back({parent, part.rows(), 0, from.length, from.position, from.pages});
            part.shared.push_back(from.start);
        }
        return added_[s];
    }

    void add(int s) {
        const Segment& from = batch_.segments[s];
        int parent = read(from.parent);
        Part& part = parts_.back();
        part.batch.segments.push_back({parent, part.rows(), from.length, 0, from.position, {}});
        part.shared.push_back(-1);
        addRows(part, from);
    }

    const Batch& batch_;
    const int tokensPerPage_;
    std::vector<bool> isShared_;
    std::vector<int> partOf_, rowOf_;  // of each row of the batch
    std::vector<Part> parts_;
    std::vector<int> added_;     // index of each segment in the last part, or -1
    std::vector<int> inShared_;  // index of each shared segment in the first part
    int sharedPages_ = 0;
};

}  // namespace

std::vector<Part> divide(Batch batch, Targets targets, int tokensPerPage, int mostRows) {
    Division division(batch, tokensPerPage);
    if (division.ownRows() > mostRows) return division.run(targets, mostRows);
    std::vector<Part> one(1);
    assignPages(batch, tokensPerPage);
    one[0].shared.assign(batch.segments.size(), -1);
    one[0].order.resize(targets.count());
    std::iota(one[0].order.begin(), one[0].order.end(), 0);
    one[0].batch = std::move(batch);
    one[0].targets = std::move(targets);
    return one;
}

int pagesOf(const std::vector<Part>& parts) {
    int pages = 0;
    for (const Part& part : parts)
        for (const Segment& segment : part.batch.segments)
            for (int page : segment.pages) pages = std::max(pages, page + 1);
    return pages;
}

}  // namespace rpt
