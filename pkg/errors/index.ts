/** The catalogue of errors and the one type that carries an entry of it. */
export { CATALOGUE, type ErrorClass, type ErrorCode, type ErrorEntry } from './catalogue.js';
export { errorLine, errorText, hasCode, Plus1Error, toPlus1Error } from './error.js';
