// Who asks, as the ready operations need to know it.
export const meQuery = '{ me { partner { id name { en th } } desk purpose clearance caveats grants { channel access kinds requests } } partners { id desks { id } } }';

/** With the desks of the organisation (a token may name none of them), and of all others. */
export const meOf = ({ me, partners }) => {
  const desksOf = Object.fromEntries(partners.map(({ id, desks }) => [id, desks.map((desk) => desk.id)]));
  return { ...me, desks: desksOf[me.partner.id] ?? [], desksOf };
};
