// What stands in the holes of an address: a part of where it leads, or a credential among its parameters.
import { NodeKind } from '../graph/graph.ts';
import { type Address, address, moduleOf, nodeOf, type Program } from './program.ts';
import type { Spot } from './spots.ts';
import { textsBehind } from './texts.ts';
import type { Values } from './values.ts';

/** A value that is put into an address; `parameter`: one whose name says that it is no credential. */
export interface Hole {
  readonly is: 'address' | 'credential' | 'parameter';
  readonly spot: Spot;
}

/** Names of parameters under which services take credentials. */
const credentialName = /key|token|auth|secret|\bsign?(ature)?$|access|appid|credential|passw/i;

/** The holes of addresses; an address that is no template is one as a whole. */
export function holesOf(program: Program, values: Values, urls: readonly Spot[]): readonly Hole[] {
  const graphOf = (node: Address) => program.graphBehind(node, 'credentials');
  return urls.flatMap((url) => {
    const templates = values
      .behind(url.at, url.path)
      .filter((way) => way.path === '' && graphOf(way.at).kinds[nodeOf(way.at)] === NodeKind.Template);
    if (templates.length === 0) return [{ is: 'address', spot: url } as const];
    return templates.flatMap(({ at: here }) => {
      let query = false;
      // What stands straight before a hole: text, or what may be in another one.
      let before: readonly string[] = [];
      return graphOf(here).templates[graphOf(here).data[nodeOf(here)]!]!.flatMap((part): readonly Hole[] => {
        if (typeof part === 'string') {
          query ||= part.includes('?');
          before = [part];
          return [];
        }
        const spot = { at: address(moduleOf(here), part), path: '' };
        const is = !query ? 'address' : before.some(asksForCredential) ? 'credential' : 'parameter';
        before = textsBehind(program, values, [spot.at], { deep: false, through: [] });
        query ||= before.some((text) => text.includes('?'));
        return [{ is, spot }];
      });
    });
  });
}

/** Whether a credential may follow a text: as the parameter that it names, or among all of them (`?${parameters}`). */
function asksForCredential(text: string): boolean {
  const name = /([^?&=/]*)=$/.exec(text)?.[1];
  return name ? credentialName.test(name) : /[?&=]$/.test(text);
}
