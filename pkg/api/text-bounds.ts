/** The bounds that an API server sets on texts. */
export const MAX_CONDITION_MESSAGE_CHARACTERS = 32_768;
export const MAX_EVENT_NOTE_CHARACTERS = 1_024;
