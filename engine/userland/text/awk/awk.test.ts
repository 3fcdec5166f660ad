/** What the real one answered to the same command lines. */
import { expect, it } from 'vitest';
import { bootTest } from '../../../kernel/sim/testing/boot';
import { awk } from './awk';

const files: Record<string, string> = {
  '/f': 'a b c\nd e f\n',
  '/n': '1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14\n15\n16\n17\n18\n19\n20\n',
  '/passwd':
    'root:x:0:0:root:/root:/bin/bash\nlearner:x:1000:1000::/home/learner:/bin/bash\nnobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n',
};

const answers: Array<[args: string[], stdin: string, stdout: string, code: number]> = [
  [['BEGIN{print length("é"), toupper("é"), substr("héllo",2,2), index("héllo","l")}'], '', '2 é é 4\n', 0],
  [['{NF=2; print; $0="x y z"; print $2}', 'f'], '', 'a b\ny\nd e\ny\n', 0],
  [['/[[:digit:]]/{print "cls"}'], '1\n', 'cls\n', 0],
  [['{', 'f'], '', '', 2],
  [['BEGIN{f(1)}'], '', '', 2],
  [['BEGIN{printf "%s %s\\n", "a"}'], '', 'a ', 2],
  [['BEGIN{x="A";y=x++; print x,y}'], '', '1 0\n', 0],
  [
    ['{c[$1]++} END{for(k in c)print k,c[k]}', 'n'],
    '',
    '3 1\n10 1\n8 1\n6 1\n15 1\n5 1\n2 1\n11 1\n1 1\n16 1\n4 1\n12 1\n18 1\n17 1\n9 1\n7 1\n14 1\n13 1\n20 1\n19 1\n',
    0,
  ],
  [
    ['BEGIN{for(i=1;i<=1000;i++)a["k" i]; for(k in a) printf "%s ", k; print ""}'],
    '',
    'k990 k653 k477 k301 k827 k742 k553 k526 k298 k276 k203 k144 k92 k927 k840 k765 k682 k501 k390 k251 k861 k814 k713 k560 k487 k230 k199 k102 k76 k907 k675 k590 k451 k424 k169 k68 k997 k838 k654 k470 k306 k956 k754 k695 k620 k538 k413 k282 k268 k84 k39 k780 k689 k326 k124 k50 k25 k936 k882 k868 k604 k587 k569 k433 k352 k239 k190 k2 k980 k665 k449 k377 k171 k12 k974 k831 k732 k545 k479 k215 k850 k533 k418 k380 k317 k289 k263 k155 k32 k899 k877 k774 k701 k510 k349 k240 k132 k931 k885 k603 k580 k489 k434 k355 k197 k78 k5 k989 k967 k912 k725 k574 k440 k224 k178 k942 k829 k645 k630 k528 k461 k296 k278 k921 k846 k763 k684 k507 k396 k257 k129 k28 k896 k878 k791 k614 k492 k405 k346 k333 k180 k41 k804 k361 k163 k116 k62 k991 k652 k476 k300 k820 k745 k639 k554 k521 k468 k271 k204 k143 k95 k926 k841 k764 k683 k500 k391 k250 k888 k862 k817 k710 k563 k484 k439 k358 k233 k101 k75 k8 k906 k674 k591 k450 k425 k168 k69 k998 k972 k837 k734 k543 k309 k213 k957 k755 k694 k621 k539 k412 k283 k269 k85 k38 k848 k783 k509 k398 k325 k259 k127 k53 k26 k937 k883 k869 k605 k586 k568 k432 k353 k238 k191 k3 k987 k969 k662 k370 k176 k15 k975 k830 k733 k544 k478 k214 k853 k628 k530 k383 k314 k260 k156 k31 k898 k876 k775 k700 k511 k348 k241 k133 k802 k679 k428 k367 k165 k110 k64 k988 k966 k913 k724 k575 k441 k225 k179 k941 k646 k633 k462 k295 k149 k920 k847 k762 k685 k506 k397 k256 k128 k29 k891 k796 k709 k613 k518 k495 k402 k341 k334 k248 k187 k46 k805 k360 k162 k117 k63 k992 k978 k651 k549 k475 k303 k219 k821 k744 k638 k555 k520 k469 k270 k205 k142 k94 k929 k785 k323 k121 k55 k20 k889 k863 k816 k711 k562 k485 k438 k359 k232 k100 k74 k9 k905 k677 k592 k453 k426 k369 k999 k973 k836 k735 k542 k308 k212 k950 k752 k693 k626 k415 k284 k158 k82 k849 k782 k508 k399 k324 k258 k126 k52 k27 k934 k880 k718 k606 k585 k431 k350 k192 k109 k986 k968 k663 k371 k177 k14 k947 k749 k640 k635 k558 k464 k293 k208 k99 k852 k629 k531 k382 k315 k261 k157 k30 k875 k776 k703 k619 k512 k408 k242 k130 k803 k678 k429 k366 k164 k111 k65 k961 k914 k723 k572 k446 k378 k222 k940 k647 k632 k463 k294 k148 k923 k844 k761 k686 k505 k394 k329 k255 k890 k797 k708 k612 k519 k494 k403 k340 k335 k249 k186 k47 k903 k671 k594 k455 k420 k118 k993 k979 k650 k548 k474 k302 k218 k949 k822 k747 k556 k523 k273 k206 k141 k97 k928 k784 k322 k120 k54 k21 k864 k811 k716 k608 k565 k482 k235 k107 k73 k904 k676 k593 k452 k427 k368 k970 k835 k736 k659 k541 k211 k951 k753 k692 k627 k414 k285 k159 k83 k873 k770 k705 k514 k499 k338 k244 k136 k935 k881 k719 k607 k584 k430 k351 k193 k108 k1 k985 k729 k660 k578 k372 k228 k174 k17 k946 k748 k641 k634 k559 k465 k292 k209 k98 k958 k855 k536 k385 k312 k266 k150 k37 k874 k777 k702 k618 k513 k409 k243 k131 k909 k800 k365 k167 k112 k66 k960 k915 k722 k573 k447 k379 k223 k824 k741 k648 k550 k525 k275 k200 k147 k91 k922 k845 k760 k687 k504 k395 k328 k254 k893 k794 k611 k497 k400 k343 k336 k185 k138 k44 k902 k670 k595 k454 k421 k119 k994 k738 k657 k473 k305 k948 k823 k746 k557 k522 k272 k207 k140 k96 k787 k769 k321 k123 k57 k22 k865 k810 k717 k609 k564 k483 k234 k106 k72 k983 k918 k666 k374 k172 k11 k971 k834 k737 k658 k540 k210 k952 k750 k691 k624 k417 k318 k286 k80 k872 k771 k704 k515 k498 k339 k245 k137 k932 k886 k819 k600 k583 k437 k356 k194 k6 k984 k728 k661 k579 k373 k229 k175 k16 k945 k642 k637 k466 k291 k959 k854 k537 k384 k313 k267 k151 k36 k895 k792 k778 k617 k491 k406 k345 k330 k183 k42 k908 k801 k364 k166 k113 k67 k963 k916 k721 k668 k570 k444 k220 k1000 k825 k740 k649 k551 k524 k274 k201 k146 k90 k925 k842 k789 k767 k680 k503 k392 k253 k59 k892 k795 k610 k496 k401 k342 k337 k184 k139 k45 k901 k808 k673 k596 k457 k422 k995 k739 k656 k472 k304 k954 k859 k756 k697 k622 k411 k389 k280 k86 k786 k768 k320 k122 k56 k23 k938 k866 k813 k714 k589 k567 k480 k237 k105 k71 k982 k919 k667 k375 k173 k10 k976 k833 k730 k547 k217 k953 k751 k690 k625 k416 k319 k287 k81 k871 k798 k772 k707 k516 k246 k189 k134 k48 k933 k887 k818 k601 k582 k436 k357 k195 k7 k965 k910 k727 k576 k442 k226 k19 k944 k643 k636 k467 k290 k857 k758 k699 k534 k387 k310 k264 k152 k88 k35 k894 k793 k779 k616 k490 k407 k344 k331 k182 k43 k806 k598 k459 k363 k161 k114 k60 k962 k917 k720 k669 k571 k445 k221 k826 k743 k552 k527 k299 k277 k202 k145 k93 k924 k843 k788 k766 k681 k502 k393 k252 k58 k860 k815 k712 k561 k486 k231 k198 k103 k77 k900 k809 k672 k597 k456 k423 k996 k839 k655 k471 k307 k955 k858 k757 k696 k623 k410 k388 k281 k87 k781 k688 k327 k125 k51 k24 k939 k867 k812 k715 k588 k566 k481 k236 k104 k70 k981 k664 k448 k376 k170 k13 k977 k832 k731 k546 k216 k851 k532 k419 k381 k316 k288 k262 k154 k33 k870 k799 k773 k706 k517 k247 k188 k135 k49 k930 k884 k602 k581 k488 k435 k354 k196 k79 k4 k964 k911 k726 k577 k443 k227 k18 k943 k828 k644 k631 k529 k460 k297 k279 k856 k759 k698 k535 k386 k311 k265 k153 k89 k34 k897 k879 k790 k615 k493 k404 k347 k332 k181 k40 k807 k599 k458 k362 k160 k115 k61 \n',
    0,
  ],
  [['BEGIN{RS=";"}{print}'], 'a;b;c\n', 'a\nb\nc\n\n', 0],
  [['-F.', '{print $2}'], 'a.b.c\n', 'b\n', 0],
  [['-F', ' ', '{print $2}'], '  a   b\n', 'b\n', 0],
  [['NR==1,NR==2{print NR}', 'f'], '', '1\n2\n', 0],
  [['NF'], 'a\n\nb\n', 'a\nb\n', 0],
  [['-Wfoo', '1', 'f'], '', 'a b c\nd e f\n', 0],
  [['BEGIN{printf "%5c|%-3c|%.2s|%*d\\n", "x", "y", "abc", 5, 42}'], '', '    x|y  |ab|   42\n', 0],
  [['BEGIN{print gensub(/a/,"b","g","aa")}'], '', '', 2],
  [['BEGIN{print 0x10, "0x10"+0, 1e3, "1e3"+0, ".5"+0, "+5"+0, "inf"+0}'], '', '0 16 1000 1000 0.5 5 inf\n', 0],
  [['BEGIN { return }'], '', '', 2],
  [['function fib(n){return n<2?n:fib(n-1)+fib(n-2)} BEGIN{print fib(15)}'], '', '610\n', 0],
  [['NR==3{print;exit}', 'n'], '', '3\n', 0],
  [['length>1', 'n'], '', '10\n11\n12\n13\n14\n15\n16\n17\n18\n19\n20\n', 0],
  [['-F:', '$3>=1000{print $1":"$3}', 'passwd'], '', 'learner:1000\nnobody:65534\n', 0],
  [['$0 ~ "no" "body"', 'passwd'], '', 'nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n', 0],
  [['{print toupper($0)}', 'f'], '', 'A B C\nD E F\n', 0],
  [['BEGIN{a="x"; b=a++; print a, b; print 1 " " 2, 3}'], '', '1 0\n1 2 3\n', 0],
  [['BEGIN{x["a"]; if("a" in x) print "in"; delete x["a"]; if(!("a" in x)) print "out"}'], '', 'in\nout\n', 0],
  [['{ $0 = "x y"; print NF, $2 }', 'f'], '', '2 y\n2 y\n', 0],
  [['BEGIN { exit } END { print "end" }'], '', 'end\n', 0],
  [['BEGIN { print "a" > "/dev/null"; print !0 + 1, !"", !"a", !"0", !0 }'], '', '2 1 0 0 1\n', 0],
  [['BEGIN { x = 1; x += x += 2; print x; a[i++] = i; print a[0], i }'], '', '6\n1 1\n', 0],
  [['$2', 'f'], '', 'a b c\nd e f\n', 0],
  [['{print ($1)($2)}', 'f'], '', 'ab\nde\n', 0],
  [['BEGIN{print toupper(x) "|" length(x) "|" x+0}'], '', '|0|0\n', 0],
];

it.each(answers)('runs programs as mawk does: %j', (args, stdin, stdout, code) => {
  const result = bootTest(awk, { argv: ['awk', ...args], stdin, files, env: { PATH: '/bin' } });
  expect(result).toMatchObject({ stdout, code });
});
