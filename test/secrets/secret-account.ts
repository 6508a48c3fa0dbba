/** The account of these tests: a name that ends in a letter with a case, and a password that is itself in no encoding. */
export const USERNAME = 'LAB\\zoë'
/** Of Latin-1, so that each encoding has it whole; with what JSON, inspect and URLs escape. */
export const PASSWORD = 'Zebra/7719\\+"Ärß" & façade-quill'
