// The table that the bench prints: one line for each ratio, as it is measured.

/** A table. A ratio with a limit says whether it is kept. */
export function createTable() {
  let over = 0;
  return {
    head: (text) => console.log(text),
    /** Prints the ratio of two lists of measurements of the same rounds, and the medians that it comes from. */
    ratio(name, measured, yardstick, limit, show = milliseconds) {
      const ratios = measured.map((value, round) => value / yardstick[round]);
      const middle = median(ratios);
      const spread = `${Math.min(...ratios).toFixed(2)}-${Math.max(...ratios).toFixed(2)}`;
      const isOver = limit !== undefined && middle > limit;
      if (isOver) over++;
      const verdict = limit === undefined ? '' : `limit ${limit} ${isOver ? 'OVER' : 'ok'}`;
      const absolute = `${show(median(measured))} / ${show(median(yardstick))}`;
      console.log(
        `  ${name.padEnd(62)} ${middle.toFixed(2).padStart(6)}  ${spread.padEnd(13)} ${verdict.padEnd(14)} ${absolute}`,
      );
    },
    isOver: () => over > 0,
  };
}

export function milliseconds(value) {
  return `${value.toFixed(value < 10 ? 2 : 1)} ms`;
}

export function megabytes(bytes) {
  return `${(bytes / 1e6).toFixed(bytes < 1e6 ? 2 : 1)} MB`;
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
}
