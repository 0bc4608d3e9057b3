/** Stands in for the `run` of a cmdlet whose declaration is finished and whose work is not. */
export function notYet(): AsyncIterable<object> {
  throw new Error('this cmdlet is declared, and nobody has written what it does');
}
