/** A text of which only the first and the last lines are shown: what stands between tells a person no more. */
export function shortened(text: string, { maxLines, tailLines }: { maxLines: number; tailLines: number }): string {
  const lines = text.trimEnd().split('\n');
  if (lines.length <= maxLines) return lines.join('\n');
  const left = lines.length - maxLines;
  return [
    ...lines.slice(0, maxLines - tailLines),
    `  … ${left} lines more, not shown here …`,
    ...lines.slice(-tailLines),
  ].join('\n');
}
