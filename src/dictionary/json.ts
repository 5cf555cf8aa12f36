/** Looking at JSON. */
import type { Body, Json } from './types.ts';

/** Whether a JSON value is an object: neither null, nor a list, nor plain. */
export const isObject = (value: Json | undefined): value is Body => typeof value === 'object' && value !== null && !Array.isArray(value);

/** An object without a member. */
export const isEmpty = (value: Json | undefined): boolean => isObject(value) && Object.keys(value).length === 0;
