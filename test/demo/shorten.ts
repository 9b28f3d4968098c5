export interface Shown {
  maxLines: number;
  tailLines: number;
  /** Longer lines are cut; they would wrap. */
  maxWidth: number;
}

/** A text of which only the first and the last lines are shown: what stands between tells a person no more. */
export function shortened(text: string, { maxLines, tailLines, maxWidth }: Shown): string {
  const lines = text
    .trimEnd()
    .split('\n')
    .map((line) => (line.length > maxWidth ? `${line.slice(0, maxWidth - 1)}…` : line));
  if (lines.length <= maxLines) return lines.join('\n');
  const left = lines.length - maxLines;
  return [
    ...lines.slice(0, maxLines - tailLines),
    `  … ${left} lines more, not shown here …`,
    ...lines.slice(-tailLines),
  ].join('\n');
}
