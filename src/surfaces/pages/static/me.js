// Who asks, as the ready operations need to know it.
export const meQuery = '{ me { partner { id name { en th } } desk purpose clearance caveats grants { channel access kinds requests } } partners { id desks { id } } }';

/** With the desks of the organisation: a token may name none of them. */
export const meOf = ({ me, partners }) => ({ ...me, desks: partners.find(({ id }) => id === me.partner.id)?.desks.map(({ id }) => id) ?? [] });
