/**
 * Parts that so many people bear that sharing one says little: a fixed list, by how they are read, of families and given names borne by more than about
 * one in a hundred where they are usual. Fixed, for the exchange's own records must not decide what counts as rare.
 */
import { sounds } from './sounds.ts';

const spelled = `
  kim gim lee yi rhee park pak choi jung jeong chung kang cho jo yoon yun jang lim im han oh shin seo kwon hwang ahn an song ryu hong
  wang li zhang liu chen yang huang zhao wu zhou xu sun ma zhu hu guo he lin gao luo zheng liang wong chan lau tan lim ng cheung leung ho
  nguyen tran le pham huynh vu vo dang bui do ngo duong thi van
  aung kyaw win htun tun thein maung myint zaw htay soe moe naing oo than hla khin nyunt lin min san tin ko aye myo htet thu
  sok chan sam heng chea keo ly som sophea
  mohammed muhammad mohamed mohammad md ahmed ali hassan hussein hossain khan singh kumar sharma devi kaur begum akter islam rahman
  john james david michael robert william maria jose juan garcia silva santos smith ivanov aleksandr alexander sergei elena anna
`;

const heard: ReadonlySet<string> = new Set(spelled.trim().split(/\s+/).map(sounds));

export const isCommon = (soundsOfPart: string): boolean => heard.has(soundsOfPart);
