/** A count with its thousands apart: 12,345. `toLocaleString` loads the data of all languages first, for twenty milliseconds. */
export const grouped = (count: number): string => String(count).replace(/\B(?=(?:\d{3})+$)/g, ',');
