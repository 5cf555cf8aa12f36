/** Finding a person by name across scripts, over tokens that say no name. Pure: docs/names.md tells how it works and how well. */
export { keysOf, nameKeys, nameLimits, nameProbes, probesOf } from './keys.ts';
export { alertSum, certain, factKeys, factProbes, mostFacts } from './facts.ts';
export type { NameProbe } from './keys.ts';
export { scoreNames, scorePersons, scoreRead, threshold } from './score.ts';
export type { Facts, NameScore, Person, Rule } from './score.ts';
export { longestName, readName } from './words.ts';
export type { ReadName } from './words.ts';
export { setWorked, workedIn, workOut } from './worked.ts';
export type { Worked } from './worked.ts';
