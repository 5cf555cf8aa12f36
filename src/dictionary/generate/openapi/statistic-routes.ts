/** The routes of declared tables of counts. */
import { type Contract, answer, listSchema, operation } from './operation.ts';
import type { Schema } from './schemas.ts';

const table = {
  id: 'unodc-victims', title: { en: 'Victims by nationality', th: 'ผู้เสียหายตามสัญชาติ' }, kind: 'Victim', dimensions: ['nationality'], period: 'QUARTER',
  agreement: 'rtp-embassies-2025', clause: '5.2', latest: '2026-Q3',
};

export function statisticPaths(contract: Contract): Readonly<Record<string, Schema>> {
  const { schemas } = contract;
  const list = schemas.named('StatisticTableList', () => listSchema(schemas.type('StatisticTable'), 'The tables of counts that you may ask for.'));
  const common = { tag: 'Statistics', scope: 'statistics' } as const;
  const period = {
    name: 'period', in: 'query', required: false, schema: { type: 'string', maxLength: 10 }, example: '2026-Q3',
    description: 'As `2026-10`, `2026-Q4` or `2026`, by what the table is over; left out: the last that is over.',
  };
  return {
    '/v1/statistics': {
      get: operation({
        ...common, id: 'listStatistics', summary: 'The tables of counts that you may ask for',
        description: 'For those to whom a clause gives COUNT, with the purpose STATISTICS. For it no record is shown anywhere: it is counted, never listed.',
        responses: { 200: answer('The tables.', list, [], { items: [table] }) },
      }, contract),
    },
    '/v1/statistics/{table}': {
      parameters: [{ name: 'table', in: 'path', required: true, schema: { type: 'string', maxLength: 64 }, example: 'unodc-victims', description: 'Id of the table.' }],
      get: operation({
        ...common, id: 'getStatistics', summary: 'The counts of a table over a period that is over',
        description: 'Every number is off by at most 5, the same cell always by the same. A cell that is not there holds fewer than 11 records of others than you, or of only one of them, or none, or is hidden so that such a one does not follow.',
        parameters: [period],
        responses: { 200: answer('The cells and margins that may be told.', schemas.type('Statistics'), [], { ...table, of: '2026-Q3', cells: [{ values: [null], count: 61 }, { values: ['KR'], count: 43 }] }) },
        refused: ['NOT_FOUND', 'KEY_UNAVAILABLE'],
      }, contract),
    },
  };
}
