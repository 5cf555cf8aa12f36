/** The normalisers that `@normalise(by:)` names. Pure: they never throw, and normalising a normal form changes nothing. */
import type { Normaliser } from './types.ts';
import { observable } from './observable.ts';
import { instant } from './instant.ts';
import { country } from './country.ts';
import { text } from './text.ts';

export type NormaliserName = 'OBSERVABLE' | 'INSTANT' | 'COUNTRY' | 'TEXT';

export const normalisers: Readonly<Record<NormaliserName, Normaliser>> = Object.freeze({ OBSERVABLE: observable, INSTANT: instant, COUNTRY: country, TEXT: text });

export { observableTypes } from './observable.ts';
export type { Normalised, Normaliser, Reading } from './types.ts';
