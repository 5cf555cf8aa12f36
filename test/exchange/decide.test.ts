/** An undetermined person becomes suspect, victim or both by a decision alone: kept for good, each part for those who are cleared. Synthetic people. */
import t from 'tap';
import { freshApp } from '../support/app.ts';

const given = { identityStatus: 'UNDETERMINED', names: [{ full: 'Synthetic Person' }], possibleVictim: { partner: 'th-msdhs', desk: 'nrm' }, classification: 'RESTRICTED', channels: ['kr-victims'] };
const basis = 'SYNTHETIC: three statements.';
const nonPunishment = 'SYNTHETIC: was made to call under threat.';

t.test('decisions', async (t) => {
  const second = { id: 'second', name: { en: 'Synthetic desk', th: 'โต๊ะสมมติ' }, contact: 'synthetic@desk.example' };
  const x = await freshApp(t, { registry: (demo) => ({ ...demo, partners: new Map([...demo.partners].map(([one, partner]) => [one, one === 'th-atc' ? { ...partner, desks: [...partner.desks, second] } : partner])) }) });
  const atc = await x.as('th-atc', { purpose: 'VICTIM_PROTECTION' });
  const embassy = await x.as('kr-embassy', { purpose: 'CONSULAR_ASSISTANCE' });
  const submit = async (more: object = {}): Promise<string> => (await atc.post('/v1/identities', { ...given, ...more })).json<{ id: string }>().id;
  const decide = async (id: string, body: unknown, who = atc) => who.post(`/v1/identities/${id}/decisions`, body);
  const patch = async (id: string, body: unknown, who = atc) => who.send('PATCH', `/v1/identities/${id}`, body, { 'if-match': String((await who.get(`/v1/identities/${id}`)).headers.etag) });
  const whole = { outcome: 'BOTH', desk: 'duty', basis, nonPunishment };
  const id = await submit();

  t.test('no amendment takes anybody out of UNDETERMINED', async (t) => {
    const answer = await patch(id, { identityStatus: 'SUSPECT' });
    t.match(answer.json(), { code: 'INVALID', errors: [{ field: 'identityStatus', message: /by a decision alone: POST \/v1\/identities\/\{id\}\/decisions/ }] });
    const written = await patch(id, { decisions: [] });
    t.equal(written.statusCode, 400, 'nor does anybody write decisions');
  });

  t.test('what a decision must hold', async (t) => {
    const table: [object, string[]][] = [
      [{}, ['outcome', 'desk', 'basis']],
      [{ ...whole, outcome: 'GUILTY' }, ['outcome']],
      [{ ...whole, desk: 'nowhere' }, ['desk']],
      [{ ...whole, basis: ' ' }, ['basis']], [{ ...whole, basis: '\u200b' }, ['basis']],
      [{ outcome: 'VICTIM', desk: 'duty', basis }, ['nonPunishment']],
      [{ ...whole, nonPunishment: undefined }, ['nonPunishment']],
      [{ ...whole, outcome: 'SUSPECT' }, ['nonPunishment']],
      [{ ...whole, status: 'WANTED' }, ['status']],
    ];
    for (const [body, fields] of table) {
      const answer = await decide(id, body);
      t.match([answer.statusCode, answer.json<{ errors?: { field: string }[] }>().errors?.map(({ field }) => field).filter((field) => !fields.includes(field))], [400, []], answer.body);
    }
  });

  t.test('who may decide', async (t) => {
    t.equal((await decide(id, whole, embassy)).json<{ code: string }>().code, 'INVALID', 'its own desks are asked for first');
    const desk = x.registry.partners.get('kr-embassy')?.desks[0]?.id ?? '';
    t.equal((await decide(id, { ...whole, desk }, embassy)).json<{ code: string }>().code, 'FORBIDDEN', 'only the originator');
    const stranger = await x.as('th-ccib');
    t.equal((await decide(id, whole, stranger)).json<{ code: string }>().code, 'NOT_FOUND');
    const blind = await x.as('th-atc', { purpose: 'VICTIM_PROTECTION', caveats: ['PERSONAL', 'OPERATIONAL'] });
    t.equal((await decide(id, whole, blind)).json<{ code: string }>().code, 'FORBIDDEN', 'nobody writes of a victim what they could not read back');
  });

  t.test('both', async (t) => {
    const cursor = (await embassy.get('/v1/changes?kinds=Identity')).json<{ cursor: string }>().cursor;
    const decided = await decide(id, whole);
    t.equal(decided.statusCode, 200, decided.body);
    t.match(decided.json(), {
      identityStatus: 'SUSPECT', channels: [], possibleVictim: given.possibleVictim, names: given.names,
      decisions: [{ desk: 'duty', by: 'tester', status: 'SUSPECT', basis }], victimDecisions: [{ desk: 'duty', victim: true, nonPunishment }],
    });
    t.equal((await embassy.get(`/v1/identities/${id}`)).statusCode, 404, 'the clause gave it only while nobody had decided');
    const { events } = (await embassy.get(`/v1/changes?kinds=Identity&cursor=${encodeURIComponent(cursor)}`)).json<{ events: unknown[] }>();
    t.strictSame(events, [{ event: 'ACCESS_ENDED', id, kind: 'Identity' }]);
    const [row] = await x.admin<{ text: string }[]>`select record::text as text from record where id = ${id}`;
    t.notOk(row?.text.includes('SYNTHETIC'), 'sealed');
  });

  t.test('a later one is added, and an amendment keeps them', async (t) => {
    const suspects = await x.as('th-atc', { caveats: ['PERSONAL', 'OPERATIONAL'] });
    const second = await decide(id, { outcome: 'SUSPECT', desk: 'duty', basis: 'SYNTHETIC: later.' }, suspects);
    t.equal(second.statusCode, 200, second.body);
    t.notOk('victimDecisions' in second.json<object>(), 'withheld from whom it does not concern');
    t.match((await patch(id, { danger: 'SYNTHETIC' }, suspects)).json(), { danger: 'SYNTHETIC', decisions: [{ basis }, { basis: 'SYNTHETIC: later.' }] });
    t.match((await atc.get(`/v1/identities/${id}`)).json(), { decisions: [{ basis }, { basis: 'SYNTHETIC: later.' }], victimDecisions: [{ victim: true, nonPunishment }] }, 'what its writer did not see stays');
    const revisions = (await atc.get(`/v1/identities/${id}/revisions`)).json<{ items: { changed: string[] }[] }>().items;
    t.strictSame(revisions.map(({ changed }) => changed.includes('decisions')), [false, true, true, false]);
  });

  t.test('an investigator is not told which suspects are victims, and which of the cleared', async (t) => {
    const seen = async (outcome: string): Promise<unknown> => {
      const one = await submit({ possibleVictim: null });
      const done = await decide(one, { ...whole, outcome, ...(outcome === 'SUSPECT' || outcome === 'NEITHER' ? { nonPunishment: undefined } : {}) });
      t.equal(done.statusCode, 200, done.body);
      const investigator = await x.as('th-atc', { caveats: ['PERSONAL', 'OPERATIONAL'] });
      const text = (await investigator.get(`/v1/identities/${one}`)).body;
      return text.replaceAll(one, 'id').replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, 'time');
    };
    t.equal(await seen('SUSPECT'), await seen('BOTH'));
    t.equal(await seen('NEITHER'), await seen('VICTIM'));
  });

  t.test('a sign that somebody is a victim names the desk that reviews it', async (t) => {
    for (const [possibleVictim, field] of [[{}, 'possibleVictim.partner'], [true, 'possibleVictim'], [{ partner: 'th-none', desk: 'x' }, 'possibleVictim.partner'], [{ partner: 'th-msdhs', desk: 'x' }, 'possibleVictim.desk']] as const) {
      const answer = await atc.post('/v1/identities', { ...given, possibleVictim });
      t.match(answer.json(), { code: 'INVALID', errors: [{ field }] }, answer.body);
    }
    const documents = [{ type: 'PASSPORT', number: 'SYN700800', issuer: 'KR' }];
    const { id: one } = (await atc.post('/v1/identities', { ...given, documents })).json<{ id: string }>();
    const found = async (who = embassy): Promise<unknown> => (await who.get('/v1/identities?documents.number=SYN700800')).json<{ items: unknown[] }>().items;
    t.match(await found(), [{ id: one, possibleVictim: given.possibleVictim }], 'in a search');
    t.match((await embassy.get('/v1/changes?kinds=Identity')).json<{ events: { id: string }[] }>().events.find((event) => event.id === one), { record: { possibleVictim: given.possibleVictim } }, 'in the feed');
    const low = await x.as('kr-embassy', { purpose: 'CONSULAR_ASSISTANCE', caveats: ['PERSONAL'] });
    t.match(await found(low), [{ id: one, withheld: ['possibleVictim'] }].map(({ id: same }) => ({ id: same })));
    t.notMatch(JSON.stringify(await found(low)), /"possibleVictim":\{/, 'and to nobody else');
  });

  t.test('the sign shows wherever the person does, and demands its desk on every way in', async (t) => {
    const documents = [{ type: 'PASSPORT', number: 'SYN700900', issuer: 'KR' }];
    const names = [{ full: 'Zenobia Quillfeather' }];
    const rows = [{ ...given, documents, names, externalRef: 'SYN-PV-1' }, { ...given, possibleVictim: { partner: 'th-msdhs' }, externalRef: 'SYN-PV-2' }, { ...given, possibleVictim: { partner: 'th-msdhs', desk: 'x' }, externalRef: 'SYN-PV-3' }];
    const options = { kind: 'Identity', format: 'ndjson', channels: [], defaults: {}, calendar: 'gregorian', dryRun: false, confirmKnownGood: false } as const;
    const asker = x.asker('th-atc', { purpose: 'VICTIM_PROTECTION' });
    const { id: run, done } = await x.exchange.startImport(asker, options, (async function* stream() { yield Buffer.from(rows.map((row) => JSON.stringify(row)).join('\n')); })());
    await done;
    const outcomes = await Array.fromAsync(x.exchange.importOutcomes(asker, run));
    t.match(outcomes, [{ outcome: 'created' }, { outcome: 'refused', field: 'possibleVictim.desk' }, { outcome: 'refused', field: 'possibleVictim.desk' }], 'an import');
    const refused = await atc.graphql('mutation S($input: IdentityInput!) { submitIdentity(input: $input) { id } }', { input: { ...given, possibleVictim: { partner: 'th-msdhs', desk: 'x' } } });
    t.match(refused.errors, [{ extensions: { code: 'INVALID', errors: [{ field: 'possibleVictim.desk' }] } }], 'a mutation');
    const unpatched = await patch(id, { possibleVictim: { partner: 'th-msdhs', desk: 'x' } });
    t.equal(unpatched.statusCode, 400, 'an amendment');

    const one = (await atc.get('/v1/identities?externalRef=SYN-PV-1')).json<{ items: { id: string }[] }>().items[0]?.id ?? '';
    const query = '{ identities(filter: {names: {name: "Quillfeather Zenobia"}}) { nodes { id possibleVictim { partner desk } } } }';
    const low = await x.as('kr-embassy', { purpose: 'CONSULAR_ASSISTANCE', caveats: ['PERSONAL'] });
    const ways = async (who: typeof embassy): Promise<[string, string][]> => [
      ['read', (await who.get(`/v1/identities/${one}`)).body],
      ['by document', (await who.get('/v1/identities?documents.number=SYN700900')).body],
      ['by name', (await who.get('/v1/identities?names=Quillfeather%20Zenobia')).body],
      ['listed', (await who.get('/v1/identities')).body],
      ['fed', (await who.get('/v1/changes?kinds=Identity')).body],
      ['GraphQL', JSON.stringify((await who.graphql(query)).data)],
      ['GraphQL, one', JSON.stringify((await who.graphql(`{ identity(id: "${one}") { id possibleVictim { partner desk } } }`)).data)],
    ];
    for (const [way, text] of await ways(embassy)) t.match(text, new RegExp(`${one}[^]*"possibleVictim":\\{"partner":"th-msdhs","desk":"nrm"`), way);
    for (const [way, text] of await ways(low)) {
      t.match(text, new RegExp(one), `${way}, to those who are not cleared`);
      t.notMatch(text, /"possibleVictim":\{/, way);
    }
  });

  t.test('who is found to be a victim is referred to the protection desk', async (t) => {
    const desk = await x.as('th-msdhs', { purpose: 'VICTIM_PROTECTION', desk: 'nrm' });
    const referrals = async (who = desk): Promise<unknown[]> => (await who.get('/v1/protection-referrals')).json<{ items: unknown[] }>().items;
    const before = (await referrals()).length;
    const one = await submit({ possibleVictim: null, externalRef: 'SYN-REFERRED' });
    await decide(one, { outcome: 'SUSPECT', desk: 'duty', basis });
    t.equal((await referrals()).length, before, 'a suspect is not');
    t.equal((await decide(one, { ...whole, outcome: 'VICTIM' }, await x.as('th-atc', { purpose: 'VICTIM_PROTECTION', desk: 'duty' }))).statusCode, 200, 'also when an earlier decision ended the sharing');
    await decide(one, whole);
    const told = await referrals();
    t.equal(told.length, before + 1, 'once');
    t.strictSame(Object.keys(told[0] as object), ['id', 'at', 'from'], 'of the person nothing');
    t.match(told[0], { from: { partner: 'th-atc', desk: 'duty' } });
    t.notMatch(JSON.stringify(told), new RegExp(`${one}|SYN-REFERRED|Synthetic`));
    const { data } = await desk.graphql('{ protectionReferrals(first: 1) { items { from { partner desk } record } nextCursor } }');
    t.match(data, { protectionReferrals: { items: [{ from: { partner: 'th-atc', desk: 'duty' }, record: null }] } });
    const page = (await desk.get('/v1/protection-referrals?first=1')).json<{ nextCursor: string }>();
    t.strictSame((await desk.get(`/v1/protection-referrals?first=1&after=${encodeURIComponent(page.nextCursor)}`)).json<{ items: unknown[] }>().items, told.slice(1, 2));
    for (const [who, asking] of [['th-atc', { desk: 'duty' }], ['kr-embassy', { desk: 'consular' }], ['th-msdhs', { desk: 'nrm', caveats: ['PERSONAL'] }], ['th-msdhs', { desk: 'nrm', clearance: 'RESTRICTED' }]] as const) {
      t.strictSame(await referrals(await x.as(who, { purpose: 'VICTIM_PROTECTION', ...asking })), [], `${who} ${JSON.stringify(asking)}`);
    }
    t.equal((await (await x.as('th-msdhs', { purpose: 'VICTIM_PROTECTION' })).get('/v1/protection-referrals')).statusCode, 403, 'whose token names no desk');
    const seated = await x.as('th-msdhs', { purpose: 'VICTIM_PROTECTION', desk: 'nrm' });
    t.notMatch((await seated.get('/v1/ledger')).body, one);
  });

  t.test('a decision is of the desk that the token names', async (t) => {
    const one = await submit();
    const answer = await decide(one, { ...whole, desk: 'second' }, await x.as('th-atc', { purpose: 'VICTIM_PROTECTION', desk: 'duty' }));
    t.match(answer.json(), { code: 'INVALID', errors: [{ field: 'desk', message: /that the token names/ }] });
  });

  t.test('GraphQL says the same', async (t) => {
    const one = await submit();
    const { data, errors } = await atc.graphql<{ decideIdentity: object }>('mutation D($id: ID!, $decision: DecisionInput!) { decideIdentity(id: $id, decision: $decision) { identityStatus decisions { by status } victimDecisions { victim } } }', { id: one, decision: { ...whole, outcome: 'VICTIM' } });
    t.notOk(errors, JSON.stringify(errors));
    t.match(data?.decideIdentity, { identityStatus: 'CLEARED', decisions: [{ by: 'tester', status: 'CLEARED' }], victimDecisions: [{ victim: true }] });
  });
  t.end();
});
