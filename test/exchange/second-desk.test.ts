/** A case is confirmed by a second desk: another than those that wrote who she is, of the same organisation or another. The attacker's side of it too. Synthetic people. */
import t from 'tap';
import type { Caller } from '../support/app.ts';
import { alerts, alertsOf, batch, confirm, open, passport, plant, search, tomorrow, type World } from '../support/firewall.ts';

t.test('which desk may confirm', async (t) => {
  const w = await open(t);
  const id = await plant(w);
  const of = async (desk: string | undefined, subject: string) => w.x.as('th-shelter', { purpose: 'VICTIM_PROTECTION', subject, ...(desk !== undefined && { desk }) });
  const at = async (who: Awaited<ReturnType<typeof of>>, desk: string, victim = id): Promise<number> => (await who.post(`/v1/victims/${victim}/confirmations`, { desk })).statusCode;
  t.equal(await at(w.planter, 'protection'), 403, 'not the desk that wrote it');
  t.equal(await at(await of('protection', 'colleague'), 'protection'), 403, 'also by another officer');
  t.equal(await at(await of('second', 'planter'), 'second'), 403, 'nor the officer who wrote it, from another desk');
  t.equal(await at(await of(undefined, 'sister'), 'second'), 403, 'nor a token that names no desk');
  t.equal(await at(await of('nowhere', 'sister'), 'nowhere'), 403, 'or one that the organisation has not');
  t.equal(await at(w.sister, 'protection'), 400, 'nor one desk in the name of another');
  t.equal((await w.x.admin`select from case_confirmation`).length, 0);
  const done = await w.sister.post(`/v1/victims/${id}/confirmations`, { desk: 'second' });
  t.equal(done.statusCode, 200, `another desk of the same organisation may: ${done.body}`);
  await search(w);
  t.equal(await batch(w, tomorrow(2)), 1);

  t.test('a desk that writes who she is may not confirm that', async (t) => {
    const etag = String((await w.sister.get(`/v1/victims/${id}`)).headers.etag);
    t.equal((await w.sister.send('PATCH', `/v1/victims/${id}`, { documents: [passport, { ...passport, number: 'SYN 515151' }] }, { 'if-match': etag })).statusCode, 200);
    await w.police.get('/v1/identities?documents.number=SYN515151');
    t.equal(await batch(w, tomorrow(3)), 0, 'what was confirmed was another');
    t.equal(await at(w.sister, 'second'), 403);
    t.equal(await confirm(w, id), 200);
    t.equal(await batch(w, tomorrow(4)), 1, 'told once it is confirmed anew');
  });

  t.test('whatever else is written leaves a confirmation standing', async (t) => {
    const etag = String((await w.planter.get(`/v1/victims/${id}`)).headers.etag);
    t.equal((await w.planter.send('PATCH', `/v1/victims/${id}`, { nextOfKin: [{ name: 'Synthetic Relative' }] }, { 'if-match': etag })).statusCode, 200);
    await search(w);
    t.equal(await batch(w, tomorrow(5)), 1);
  });

  t.test('of a case whose desk is not known, only another organisation', async (t) => {
    const unseated = await plant({ planter: await of(undefined, 'planter') }, { documents: [{ ...passport, number: 'SYN616161' }] });
    t.equal(await at(w.sister, 'second', unseated), 403);
    t.equal(await confirm(w, unseated), 200);
  });

  t.test('an import remembers its desk too', async (t) => {
    const victim = { pseudonym: 'SYN-V-9', nrmStage: 'SCREENING', documents: [{ ...passport, number: 'SYN717171' }], classification: 'RESTRICTED', externalRef: 'SYN-9' };
    const answer = await w.planter.send('POST', '/v1/victims/import', JSON.stringify(victim), { 'content-type': 'application/x-ndjson' });
    t.match(answer.statusCode, /^20[0-2]$/, answer.body);
    t.match((await w.x.admin`select h.desk, h.subject from case_hand h join record r on r.id = h.record_id where r.id not in (select record_id from case_confirmation) and r.kind = 'Victim' and h.desk is not null`).map((row) => ({ ...row })), [{ desk: 'protection', subject: 'planter' }]);
  });

  t.test('the database holds it too', async (t) => {
    const stamped = async (partner: string, desk: string, subject: string, record = id): Promise<unknown> => w.x.store.write.write(
      { partner, purposeBit: 64, clearance: 3, caveats: 127 }, async (tx) => tx.firewall.confirm(record, desk, subject)).then(() => 'done', (error: unknown) => (error instanceof Error ? error.message : error));
    t.match(await stamped('th-shelter', 'protection', 'anybody'), /row-level security/);
    t.match(await stamped('th-shelter', 'third', 'planter'), /row-level security/);
    t.match(await stamped('kr-embassy', 'consular', 'anybody', '01920000-0000-7000-8000-000000000001'), /row-level security/);
  });

  t.test('a desk that the registry has no more has no say with the next request', async (t) => {
    const partners = new Map([...w.x.registry.partners].map(([one, partner]) => [one, one === 'th-msdhs' ? { ...partner, desks: [] } : partner]));
    t.equal((await w.desk.get('/v1/protection-alerts')).statusCode, 200);
    await w.x.apply({ partners, agreements: new Map([...w.x.registry.agreements].map(([one, { protectionDesk: _none, ...agreement }]) => [one, agreement])) });
    t.equal((await w.desk.get('/v1/protection-alerts')).statusCode, 403);
  });
  t.end();
});

t.test('no tripwire: what the attacker gets', async (t) => {
  const w = await open(t);
  const purpose = 'VICTIM_PROTECTION';
  /** All that somebody can read about a record that he planted. */
  const seen = async (who: Awaited<ReturnType<typeof w.x.as>>, id: string): Promise<string> => {
    const bodies: string[] = [];
    for (const url of [`/v1/victims/${id}`, `/v1/victims/${id}/revisions`, '/v1/victims?documents.number=SYN424242', '/v1/ledger', '/v1/changes/digest', '/v1/protection-alerts', '/v1/protection-referrals', '/v1/naming-agreements']) {
      const { statusCode, body } = await who.get(url);
      bodies.push(`${statusCode} ${body}`);
    }
    return bodies.join('\n').replaceAll(/"(requestId|cursor|nextCursor)":"[^"]*"/g, '"$1":""');
  };

  t.test('two colluding desks of one organisation learn nothing', async (t) => {
    const id = await plant(w);
    t.equal((await w.sister.post(`/v1/victims/${id}/confirmations`, { desk: 'second' })).statusCode, 200);
    const ledgerFree = async () => [await seen(w.planter, id), await seen(w.sister, id)].map((text) => text.replaceAll(/\{"id":"[^"]*","at":"[^"]*","partner":"th-shelter"[^}]*\}/g, 'own'));
    const before = await ledgerFree();
    await search(w);
    await w.police.post('/v1/identities', { identityStatus: 'SUSPECT', documents: [passport], classification: 'RESTRICTED' });
    t.equal(await batch(w, tomorrow(2)), 1, 'though the protection desk is told');
    t.match(await alerts(w), [{ record: id }]);
    t.strictSame((await ledgerFree()).map((text) => text.replaceAll(/(own,?)+/g, 'own')), before.map((text) => text.replaceAll(/(own,?)+/g, 'own')));
  });

  t.test('an officer at the protection desk reads no alert of a case that he planted, or confirmed', async (t) => {
    const [planter, confirmer] = [await w.x.as('th-msdhs', { purpose, desk: 'nrm', subject: 'bribed' }), await w.x.as('th-msdhs', { purpose, desk: 'second', subject: 'bribed-too' })];
    const id = await plant({ planter }, { documents: [{ ...passport, number: 'SYN313131' }] });
    t.equal((await confirmer.post(`/v1/victims/${id}/confirmations`, { desk: 'second' })).statusCode, 200);
    const before = await alertsOf(planter);
    await w.police.get('/v1/identities?documents.number=SYN313131');
    t.equal(await batch(w, tomorrow(3)), 1);
    t.strictSame(await alertsOf(planter), before);
    const moved = await w.x.as('th-msdhs', { purpose, desk: 'nrm', subject: 'bribed-too' });
    t.notMatch(JSON.stringify(await alertsOf(moved)), id, 'also when the one who confirmed it changes desks');
    t.match((await alerts(w))[0], { record: id }, 'his colleagues do');
  });

  t.test('what is planted into a confirmed case is told to nobody', async (t) => {
    const id = await plant(w, { documents: [{ ...passport, number: 'SYN818181' }] });
    t.equal(await confirm(w, id), 200);
    const etag = String((await w.planter.get(`/v1/victims/${id}`)).headers.etag);
    t.equal((await w.planter.send('PATCH', `/v1/victims/${id}`, { documents: [{ ...passport, number: 'SYN919191' }] }, { 'if-match': etag })).statusCode, 200);
    await w.police.get('/v1/identities?documents.number=SYN919191');
    t.equal(await batch(w, tomorrow(4)), 0);
  });
  t.end();
});

/** Officers of the protection desk's organisation, each with a subject of his own. */
const officer = async ({ x }: World, subject: string, desk = 'nrm'): Promise<Caller> => x.as('th-msdhs', { purpose: 'VICTIM_PROTECTION', desk, subject });
const numbered = (number: string) => ({ ...passport, number });
const etagOf = async (who: Caller, url: string): Promise<string> => String((await who.get(url)).headers.etag);
async function amended(who: Caller, url: string, patch: object): Promise<number> {
  const { statusCode, body } = await who.send('PATCH', url, patch, { 'if-match': await etagOf(who, url) });
  if (statusCode !== 200) throw new Error(body);
  return statusCode;
}
const confirmedBy = async (who: Caller, id: string, desk: string): Promise<number> => (await who.post(`/v1/victims/${id}/confirmations`, { desk })).statusCode;
const sought = async ({ police }: World, number: string): Promise<number> => (await police.get(`/v1/identities?documents.number=${number}`)).statusCode;
const tells = async (who: Caller, id: string): Promise<boolean> => (await alertsOf(who)).some(({ record }) => record === id);

/** A correction of a victim that the shelter has, as somebody proposes it. @returns the request's id */
async function propose(who: Caller, id: string, patch: object, more: object = {}): Promise<string> {
  const made = await who.post('/v1/requests', {
    asks: 'CORRECTION', desks: [{ partner: 'th-shelter', desk: 'protection' }], classification: 'RESTRICTED', channels: ['kr-victims'], correction: { record: id }, correctionOfVictim: JSON.stringify(patch), ...more,
  });
  if (made.statusCode !== 201) throw new Error(made.body);
  return made.json<{ id: string }>().id;
}

async function answer({ planter }: World, request: string, ...moves: readonly string[]): Promise<void> {
  for (const move of moves) {
    const made = await planter.post('/v1/request-moves', { request, move, classification: 'RESTRICTED', ...(move === 'REFUSE' && { ground: 'SYNTHETIC' }) });
    if (made.statusCode !== 201) throw new Error(`${move}: ${made.body}`);
  }
}

t.test('no tripwire by a correction: who proposed it has a hand in the case as who takes it over', async (t) => {
  const w = await open(t);
  const own = numbered('SYN 100001');

  t.test('he reads no alert of it, and his desk does not confirm it', async (t) => {
    const id = await plant(w, { documents: [own] });
    const [bribed, colleague] = [await officer(w, 'bribed'), await officer(w, 'colleague')];
    const request = await propose(bribed, id, { documents: [own, numbered('SYN 200001')] });
    t.equal(await confirmedBy(colleague, id, 'nrm'), 200, 'what is proposed is not written: his desk confirms what stands');
    await answer(w, request, 'RECEIVE', 'ACCEPT', 'ANSWER');
    await sought(w, 'SYN200001');
    t.equal(await batch(w, tomorrow(2)), 0, 'what his desk confirmed before was another');
    t.equal(await confirmedBy(bribed, id, 'nrm'), 403);
    t.equal(await confirmedBy(w.desk, id, 'nrm'), 403, 'nor does his colleague of the same desk');
    t.equal(await confirmedBy(await officer(w, 'bribed', 'second'), id, 'second'), 403, 'nor he at another desk');
    t.equal(await confirm(w, id), 200);
    t.equal(await batch(w, tomorrow(3)), 1);
    t.equal(await tells(bribed, id), false);
    t.equal(await tells(w.desk, id), true, 'his colleagues do');
    const hands = await w.x.admin`select partner, desk, subject from case_hand where record_id = ${id} order by at, partner`;
    t.strictSame(hands.map(({ partner, desk, subject }) => `${partner} ${desk} ${subject}`).sort(), ['th-msdhs nrm bribed', 'th-shelter protection planter', 'th-shelter protection planter']);
    await w.x.store.write.write({ partner: 'th-shelter', purposeBit: 64, clearance: 3, caveats: 127 }, async (tx) => t.notMatch(JSON.stringify(await tx.firewall.hands(id)), 'bribed', 'which its originator does not learn'));
    const stamped = async (subject: string): Promise<unknown> => w.x.store.write.write({ partner: 'th-msdhs', purposeBit: 64, clearance: 3, caveats: 127 }, async (tx) => tx.firewall.confirm(id, 'nrm', subject)).then(() => 'done', String);
    t.match(await stamped('anybody'), /row-level security/, 'the database holds it too');
  });

  t.test('whoever drafted, amended or sent it', async (t) => {
    const id = await plant(w, { documents: [numbered('SYN 100002')] });
    const [drafter, amender, sender] = await Promise.all([officer(w, 'drafter'), officer(w, 'amender'), officer(w, 'sender')]);
    const request = await propose(drafter, id, { documents: [numbered('SYN 200002')] }, { draft: true });
    t.equal(await amended(amender, `/v1/requests/${request}`, { correctionOfVictim: JSON.stringify({ documents: [numbered('SYN 300002')] }) }), 200);
    t.equal(await amended(sender, `/v1/requests/${request}`, { draft: false }), 200);
    await answer(w, request, 'RECEIVE', 'ACCEPT', 'ANSWER');
    t.strictSame(await Promise.all(['drafter', 'amender', 'sender'].map(async (subject) => confirmedBy(await officer(w, subject, 'second'), id, 'second'))), [403, 403, 403], 'at whatever desk');
    t.equal(await confirm(w, id), 200);
    await sought(w, 'SYN300002');
    t.equal(await batch(w, tomorrow(4)), 1);
    t.strictSame(await Promise.all([drafter, amender, sender, w.desk].map(async (who) => tells(who, id))), [false, false, false, true]);
  });

  t.test('whoever wrote a part of a draft that asked something else then', async (t) => {
    const id = await plant(w, { documents: [numbered('SYN 100003')] });
    const [bribed, sender] = await Promise.all([officer(w, 'bribed'), officer(w, 'sender')]);
    const request = await propose(bribed, id, { documents: [numbered('SYN 200003')] }, { asks: 'INFORMATION', correction: undefined, questions: ['SYNTHETIC'], information: { values: ['synthetic.example'] }, draft: true });
    t.equal(await amended(sender, `/v1/requests/${request}`, { asks: 'CORRECTION', information: null, questions: null, correction: { record: id }, draft: false }), 200);
    await answer(w, request, 'RECEIVE', 'ACCEPT', 'ANSWER');
    t.equal(await confirm(w, id), 200);
    await sought(w, 'SYN200003');
    t.equal(await batch(w, tomorrow(5)), 1);
    t.strictSame(await Promise.all([bribed, sender, w.desk].map(async (who) => tells(who, id))), [false, false, true]);
  });

  t.test('also where the originator refuses, and writes it by hand', async (t) => {
    const id = await plant(w, { documents: [numbered('SYN 100004')] });
    const bribed = await officer(w, 'bribed');
    const request = await propose(bribed, id, { documents: [numbered('SYN 200004')] });
    await answer(w, request, 'RECEIVE', 'REFUSE');
    t.equal(await amended(w.planter, `/v1/victims/${id}`, { documents: [numbered('SYN 200004')] }), 200);
    t.equal(await confirm(w, id), 200);
    await sought(w, 'SYN200004');
    t.equal(await batch(w, tomorrow(6)), 1);
    t.strictSame(await Promise.all([bribed, w.desk].map(async (who) => tells(who, id))), [false, true]);
  });

  t.test('who proposed what is not of who she is has none, nor who proposed what was never written', async (t) => {
    const id = await plant(w, { documents: [numbered('SYN 100005')] });
    const [kin, refused] = await Promise.all([officer(w, 'kin'), officer(w, 'refused')]);
    await answer(w, await propose(refused, id, { documents: [numbered('SYN 200005')] }), 'RECEIVE', 'REFUSE');
    t.equal(await confirmedBy(w.desk, id, 'nrm'), 200);
    await answer(w, await propose(kin, id, { nextOfKin: [{ name: 'Synthetic Relative' }] }), 'RECEIVE', 'ACCEPT', 'ANSWER');
    await sought(w, 'SYN100005');
    t.equal(await batch(w, tomorrow(7)), 1, 'nor does it end a confirmation');
    t.strictSame(await Promise.all([kin, refused].map(async (who) => tells(who, id))), [true, true]);
  });
  t.end();
});

t.test('no tripwire by a confirmation', async (t) => {
  const w = await open(t);

  t.test('who confirmed stays barred, whoever confirms after him, and who confirms later is barred from what was told before', async (t) => {
    const id = await plant(w, { documents: [numbered('SYN 400001')] });
    const [first, later] = await Promise.all([officer(w, 'first'), officer(w, 'later')]);
    t.equal(await confirmedBy(first, id, 'nrm'), 200);
    await sought(w, 'SYN400001');
    t.equal(await batch(w, tomorrow(2)), 1);
    t.strictSame(await Promise.all([first, later].map(async (who) => tells(who, id))), [false, true]);
    t.equal(await confirmedBy(later, id, 'nrm'), 200);
    t.strictSame(await Promise.all([first, later].map(async (who) => tells(who, id))), [false, false]);
    t.equal(await amended(w.planter, `/v1/victims/${id}`, { documents: [numbered('SYN 400002')] }), 200);
    t.equal(await confirmedBy(later, id, 'nrm'), 200, 'anew');
    await sought(w, 'SYN400002');
    t.equal(await batch(w, tomorrow(3)), 1);
    t.strictSame(await Promise.all([first, later, w.desk].map(async (who) => tells(who, id))), [false, false, true]);
  });

  t.test('what was planted into a confirmed case and taken out again is told to nobody', async (t) => {
    const [own, boss] = [numbered('SYN 500001'), numbered('SYN 600001')];
    const id = await plant(w, { documents: [own] });
    t.equal(await confirm(w, id), 200);
    t.equal(await amended(w.planter, `/v1/victims/${id}`, { documents: [own, boss] }), 200);
    await sought(w, 'SYN600001');
    t.equal(await batch(w, tomorrow(4)), 0, 'while it stands there');
    t.equal(await amended(w.planter, `/v1/victims/${id}`, { documents: [own] }), 200);
    t.equal(await batch(w, tomorrow(5)), 0, 'nor after');
    await sought(w, 'SYN500001');
    t.equal(await batch(w, tomorrow(6)), 0, 'who changed is to be confirmed anew, also who changed back');
    t.equal(await confirm(w, id), 200);
    t.equal(await batch(w, tomorrow(7)), 1, 'who was searched for by what is hers is told');
    t.equal((await w.x.admin`select from firewall_searcher s join firewall_alert a on a.id = s.alert_id where a.record_id = ${id}`).length, 1, 'and by that alone');
  });

  t.test('nor when it was never confirmed while it stood there', async (t) => {
    const [own, boss] = [numbered('SYN 500002'), numbered('SYN 600002')];
    const id = await plant(w, { documents: [own, boss] });
    await sought(w, 'SYN600002');
    t.equal(await batch(w, tomorrow(8)), 0);
    t.equal(await amended(w.planter, `/v1/victims/${id}`, { documents: [own] }), 200);
    t.equal(await confirm(w, id), 200);
    t.equal(await batch(w, tomorrow(9)), 0);
  });

  t.test('a spelling that is corrected and confirmed anew keeps what was asked by the rest', async (t) => {
    const own = numbered('SYN 500003');
    const id = await plant(w, { documents: [own], names: [{ full: 'Synthetica Exampla' }], birthDate: '1998-04-12' });
    t.equal(await confirm(w, id), 200);
    await sought(w, 'SYN500003');
    await search(w, 'names=Synthetica%20Exampla');
    await w.police.post('/v1/identities', { identityStatus: 'SUSPECT', names: [{ full: 'Synthetica Exampla' }], documents: [own], classification: 'RESTRICTED' });
    await w.x.assembly.matcher?.run();
    t.equal(await amended(w.planter, `/v1/victims/${id}`, { names: [{ full: 'Malee Jaidee' }] }), 200);
    t.equal(await batch(w, tomorrow(10)), 0);
    t.equal(await confirm(w, id), 200);
    t.equal(await batch(w, tomorrow(11)), 1, 'before it was confirmed, also where a batch came between');
    const told = async (): Promise<number> => (await w.x.admin`select from firewall_searcher s join firewall_alert a on a.id = s.alert_id where a.record_id = ${id}`).length;
    t.equal(await told(), 2, 'by her document; not by a name that is hers no more');
    await search(w, 'names=Malee%20Jaidee');
    t.equal(await batch(w, tomorrow(12)), 1, 'and after');
    t.equal(await told(), 3);
  });

  t.test('what says the same of who she is leaves a confirmation standing', async (t) => {
    const id = await plant(w, { documents: [numbered('SYN 500004')] });
    t.equal(await confirm(w, id), 200);
    t.equal(await amended(w.planter, `/v1/victims/${id}`, { documents: [{ ...numbered('SYN 500004'), expires: '2030-01-31' }] }), 200);
    await sought(w, 'SYN500004');
    t.equal(await batch(w, tomorrow(13)), 1);
  });
  t.end();
});
