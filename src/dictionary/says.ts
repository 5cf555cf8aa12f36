/** Whether a text says anything. */

/** Something that is seen: what Unicode lets every font leave out (Default_Ignorable_Code_Point: zero width spaces, fillers, joiners), white space and controls are not. */
const seen = /[^\p{Default_Ignorable_Code_Point}\p{White_Space}\p{Cc}\p{Cf}\u2800]/u;

export const says = (text: string): boolean => seen.test(text);
