/** Whether a text that begins with a date, such as `2025-02-28T12:00:00Z`, names a day of the calendar: `Date` takes 30 February for one in March. */
export function isDay(text: string): boolean {
  const date = text.slice(0, 10);
  const day = new Date(`${date}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(date);
}
