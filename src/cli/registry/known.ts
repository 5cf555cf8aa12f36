/** What a check of declarations must know of the dictionary. */
import type { Dictionary } from '../../dictionary/types.ts';
import { conditionsOf } from '../../rules/condition.ts';
import { bodiesOf } from '../../rules/registry-check.ts';
import { stageNames } from '../../rules/stages.ts';
import { countablesOf } from '../../rules/statistic-table.ts';

/** Its kinds, what requests take, what clauses may depend on, what tables may count by, and the stages of cases. */
export const knownOf = ({ kinds, requests }: Dictionary) =>
  ({ kinds: kinds.keys(), requests: requests.keys(), bodies: bodiesOf({ kinds, requests }), conditions: conditionsOf(kinds.values()), countables: countablesOf(kinds.values()), stages: stageNames(kinds.values()) });
