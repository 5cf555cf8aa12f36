/**
 * Byte strings as one array literal, to be cast `::text::bytea[]`: the driver takes an array of buffers for one buffer, and a literal made here is
 * several times cheaper than its element-by-element serialiser.
 */
export const byteas = (list: readonly Uint8Array[]): string => {
  let text = '{';
  for (const [i, bytes] of list.entries()) {
    text += `${i === 0 ? '' : ','}"\\\\x${(Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes)).toString('hex')}"`;
  }
  return `${text}}`;
};
