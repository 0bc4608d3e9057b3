/** Marks a branch the types say cannot be reached. @throws Error when they were wrong. */
export function unreachable(value: never): never {
  throw new Error(`unreachable: ${JSON.stringify(value)}`);
}
