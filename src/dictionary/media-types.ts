/** Media types of files that may be attached to requests. */
/** Types that the exchange can tell by their bytes, and the endings of their names. `text`: told by being text, and nothing else. */
export const mediaTypes = {
  'application/pdf': { endings: ['pdf'] },
  'image/jpeg': { endings: ['jpg', 'jpeg'] },
  'image/png': { endings: ['png'] },
  'image/tiff': { endings: ['tif', 'tiff'] },
  'image/webp': { endings: ['webp'] },
  'image/heic': { endings: ['heic'] },
  'audio/mpeg': { endings: ['mp3'] },
  'audio/wav': { endings: ['wav'] },
  'video/mp4': { endings: ['mp4'] },
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': { endings: ['docx'] },
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': { endings: ['xlsx'] },
  'application/vnd.oasis.opendocument.text': { endings: ['odt'] },
  'application/vnd.oasis.opendocument.spreadsheet': { endings: ['ods'] },
  'text/plain': { endings: ['txt', 'log'], text: true },
  'text/csv': { endings: ['csv'], text: true },
  'application/json': { endings: ['json'], text: true },
} as const satisfies Readonly<Record<string, { readonly endings: readonly string[]; readonly text?: true }>>;

export type MediaType = keyof typeof mediaTypes;
export const isMediaType = (text: string): text is MediaType => Object.hasOwn(mediaTypes, text);

/** Whether files of the type are told by being text. */
export const isText = (type: MediaType): boolean => 'text' in mediaTypes[type];
