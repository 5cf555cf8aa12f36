/**
 * What is kept beside an object of one request, for as long as that object lives. A `WeakMap` would say the same; but V8 (Node 24) takes the values of an old one
 * for roots whenever it looks at young objects alone: each value, and all that it leads to, then lives until the whole memory is looked at. A third of
 * what a submission costs the collector was that.
 * @param name for whoever debugs
 * @param make what is beside an object that nobody asked about before
 * @returns finds it. The object must not be frozen. Copies of it (`{ ...object }`) have nothing of it, and nor have lists of its members.
 */
export function keptBeside<K extends object, V>(name: string, make: (object: K) => V): (object: K) => V {
  const place = Symbol(name);
  return (object) => {
    const holder = object as { [place]?: V };
    const known = holder[place];
    if (known !== undefined) return known;
    const value = make(object);
    Object.defineProperty(object, place, { value });
    return value;
  };
}
