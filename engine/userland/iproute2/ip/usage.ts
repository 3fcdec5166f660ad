/** What ip(8) says when it is asked for nothing. */
export const usageText = `Usage: ip [ OPTIONS ] OBJECT { COMMAND | help }
       ip [ -force ] -batch filename
where  OBJECT := { address | addrlabel | amt | fou | help | ila | ioam | l2tp |
                   link | macsec | maddress | monitor | mptcp | mroute | mrule |
                   neighbor | neighbour | netconf | netns | nexthop | ntable |
                   ntbl | route | rule | sr | tap | tcpmetrics |
                   token | tunnel | tuntap | vrf | xfrm }
       OPTIONS := { -V[ersion] | -s[tatistics] | -d[etails] | -r[esolve] |
                    -h[uman-readable] | -iec | -j[son] | -p[retty] |
                    -f[amily] { inet | inet6 | mpls | bridge | link } |
                    -4 | -6 | -M | -B | -0 |
                    -l[oops] { maximum-addr-flush-attempts } | -br[ief] |
                    -o[neline] | -t[imestamp] | -ts[hort] | -b[atch] [filename] |
                    -rc[vbuf] [size] | -n[etns] name | -N[umeric] | -a[ll] |
                    -c[olor]}
`;

export const linkUsage = `Usage: ip link add [ link DEV ] [ name ] NAME [ SETTINGS ] [ netns { PID | NAME } ] type TYPE [ ARGS ]
       ip link delete { DEVICE | dev DEVICE | group GROUP } type TYPE [ ARGS ]
       ip link set { DEVICE | dev DEVICE | group GROUP } [ { up | down } ] [ type TYPE ARGS ] [ SETTINGS ]
       ip link show [ DEVICE | group GROUP ] [ up ] [ master DEV ] [ type TYPE ] [ nomaster ]
       ip link property { add | del } dev DEVICE [ altname NAME .. ]

SETTINGS := [ name NEWNAME ] [ address LLADDR ] [ broadcast LLADDR ] [ mtu MTU ] [ txqueuelen PACKETS ]
            [ index IDX ] [ numtxqueues COUNT ] [ numrxqueues COUNT ] [ netns { PID | NAME } ]
            [ arp { on | off } ] [ dynamic { on | off } ] [ multicast { on | off } ] [ allmulticast { on | off } ]
            [ promisc { on | off } ] [ trailers { on | off } ] [ carrier { on | off } ] [ alias NAME ]
            [ master DEVICE ] [ nomaster ] [ addrgenmode { eui64 | none } ] [ mode { default | dormant } ]
TYPE := { bridge | bridge_slave | dummy | ipvlan | macvlan | veth | vlan | vxlan }`;

export const vethUsage = `Usage: ip link <options> type veth [peer <options>]
To get <options> type 'ip link add help'`;
