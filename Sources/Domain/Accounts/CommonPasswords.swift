/// Passwords and words that guessers try first.
///
/// Taken from the frequency list of zxcvbn (MIT licence, copyright 2012-2016 Dan Wheeler and Dropbox,
/// Inc.; of the Python port 2016 Daniel Wolf), which counts leaked
/// passwords: those of ten characters and more, and shorter words that people lengthen with digits.
/// Crude words are left out, and the words of a front desk are added.
enum CommonPasswords {
    static let words: Set<String> = Set(
        text.split(whereSeparator: \.isWhitespace).map(String.init))

    private static let text = """
        0000000000d 0000000000o 000777fffa 0102030405 010203040506 012345678910 0123654789
        014702580369 0147258369 0147852369 0147896325 0192837465 01telemike01 0987654321a
        0987654321q 0cdh0v99ue 0o9i8u7y6t 1020304050 102030405060 1029384756 1029384756q 10293847qp
        1111111111zz 1111122222 11111aaaaa 1112131415 111222333000 111222333444555 111222333a
        1122112211 1122334455 112233445566 1123581321 1133557799 1212312121 1213141516 1223334444
        122333444455555 123123123a 123123123q 123321456654 123321qweewq 1234509876 1234554321
        1234554321a 1234554321q 1234562000 12345654321 123456654321 12345672000 123456782000
        1234567887654321 123456789. 1234567890 12345678900 123456789000 12345678900987654321
        1234567890987654321 1234567890a 1234567890d 1234567890m 1234567890o 1234567890p 1234567890q
        1234567890qaz 1234567890qw 1234567890qwe 1234567890s 1234567890w 1234567890z 1234567890zzz
        1234567891 12345678910 123456789101 12345678912 123456789123 1234567892000
        12345678987654321 1234567899 123456789987654321 123456789a 123456789aa 123456789abc
        123456789as 123456789asd 123456789b 123456789c 123456789d 123456789e 123456789f 123456789g
        123456789i 123456789j 123456789k 123456789l 123456789m 123456789n 123456789o 123456789p
        123456789q 123456789qaz 123456789qq 123456789qqq 123456789qw 123456789qwe 123456789qwer
        123456789r 123456789s 123456789t 123456789v 123456789w 123456789x 123456789y 123456789z
        123456789zx 123456789zxc 123456789zz 12345678qwe 123456qwer 12345abcde 12345trewq
        12345zxcvb 1234qwerasdfzxcv 1236547890 123654789a 123hfjdk147 123qwe456rty 123qweasdzx
        12qw34er56ty 1346798520 1357908642 1357924680 1357997531 1472583690 147258369a 1597532486
        159753456852 17171717aa 1928374655 1958proman 1986irachka 19952009sa 19mtpgam19 1a2a3a4a5a
        1a2b3c4d5e 1a2s3d4f5g 1a2s3d4f5g6h 1pass1page 1q2q3q4q5q 1q2w3e4r5t 1q2w3e4r5t6y
        1qa2ws3ed4rf 1qa2ws3ed4rf5tg 1qaz2wsx3edc 1qaz2wsx3edc4rfv 1qazxsw23edc 1qazxsw23edcvfr4
        1qwertyuiop 1z2x3c4v5b 23176djivanfros 2468013579 26429vadim 2dumb2live 31217221027711
        3141592654 3216732167 32615948worms 38gjgeuftd 3f3fpht7op 3rjs1la7qe 3syqo15hil 413276191q
        41d8cd98f00b 4294967296 4815162342 4815162342a 4815162342lost 4815162342q 4904s677075
        51051051051 541233432442 5432112345 5544332211 59382113kevinp 5hsu75kpot 5t4r3e2w1q
        671fsa75yt 7418529630 742617000027 7777755102q 7894561230 789456123a 7elephants 7jokx7b9du
        7ugd5hip2j 80070633pc 80637852730 8096468644q 80988218126 87e5nclizry 88002000600
        89015173454 89032073168 89172735872 89211375759 89231243658s 89600506779 89876065093rax
        8phrowz622 8phrowz624 9085084232 9085603566 9293709b13 9638527410 987654321a 987654321g
        987654321q 987654321z 989244342a 9988776655 999111999q 99strenght 9z5ve9rrcz a123456789
        a1234567890 a1a2a3a4a5 a1b2c3d4e5 a1s2d3f4g5 a1s2d3f4g5h6 a3eilm2s2y a987654321 aa123456789
        aardvark abc123456789 abcde12345 aberdeen abgrtyu abracadabra abrakadabra absolut access
        accord accountbloc achilles action adgjmptw adidas admin administrator aezakmi afrika2002
        aggies aikido airborne airbus airforce airplane ajcuivd289 ajnjuhfabz alabama alaska
        albatros albion alejandr aleksander aleksandr aleksandra alessandro alexande alexander1
        alexandr alexandra1 alexis alexsander alfa alibaba aliens allsop alpha alphaomega alpine
        alternativa alucard am4h39d8nh amadeus amadeusptfcor amateur amazon america amsterda
        amsterdam an83546921an13 anaconda anakin anarchy anastasija anastasiya andrei andrewjackie
        andrey anfield angel angelochek angelofwar angels anhyeuem animal anime antananarivu anubis
        apache apokalipsis apollo apple applepie apples applesauce appointment april aquarius
        aragorn arizona arjay armageddon armani artemis asdasd asdf asdfasdf asdfg asdfgh asdfghj
        asdfghjk asdfghjkl asdfjkl asdzxc aspire aspirine assassin asshole assman astalavista
        asterix astonmartin astonvilla astros atlanta atlantis atomic auburn auckland2010 august
        aussie austin australi australia1 autumn avalon avatar avenger avrillavigne awdrgyjilp
        awesome awo8rx3wa8t azamat azerty azertyuiop azsxdc azsxdcfv azsxdcfvgb azwebitalia babyboy
        babydoll babygirl babylon backdoor badboy baddog badger badnaamhere baggins baller balloon
        bambam banana bananas bandit bang bangkok banker banshee barbie barcelon barcelona barkley
        barney barsik baseball basket basketba basketball1 bassman bastard batman beagle beaner
        beanie bear beast beatles beautiful1 beauty beaver beavis beckham beefcake beer beetle
        berezuckiy berlin bestfriend bicycle bienvenue bigbear bigbird bigboy bigdaddy bigdog
        bigfoot biggie bigguy bigmac bigman bigmoney bigone bigred bigtime bikini billybob billyboy
        bingo birdie birdman birthday10 birthday100 birthday21 birthday26 birthday27 birthday28
        birthday299 birthday54 biscuit biteme bizkit blabla blackberry blackcat blackdog
        blackdragon blackhaw blackheart blackhorse blackie blackjac blackmetal blacks blackwhite
        blacky blade bladerunner blades blahblah blaster blazer blessed blingbling blizzard blonde
        blondes blondie bltynbabrfwbz blue bluebird blueboy bluedevils bluedragon blueeyes bluemoon
        blues bluesky bobafett bobcat boeing bogart bogdan bohica bollocks bollox bomber bondarenko
        bonehead boner bones bonjour bonsai booger boogie booking boomer bootie boots boredboi4u
        bosco bossman boston bowler bowling boxing boy4u2ownnyc bpgjldsgjldthnf brando brandy
        brasil braveheart braves brazil breakdance breast breeze brighton bristol britney bronco
        broncos brooklyn brownie browns brucelee brucewayne bruins brutus bubba bubbas bubble
        bubbles buckeye buckeyes buddha buddy budlight budman budweise buffalo buffett bugger
        bujhmbujhm bull bulldog bulldogs bullet bullseye bunghole bunny burger business buster
        butch byajhvfnbrf byteme c43dae874d c43qpul5rz cabbage cactus cadillac caesar calendar
        calico caliente californ california1 caligula callofduty camaro camel camelot camels
        cameron canada cancer cancun candle candyman cannondale canon cantona capone captain
        caramel cardinal carolina carpet carrera carrot cartman cartoon casablanca caserta casino
        casper cassie catdog catfish catherin catman cats cavalier caveman ccbill cdtnkfyf
        cegthgegth cegthgfhjkm celica celine celtic celtics cessna cfkfvfylhf cghfdjxybr cgtwbfkbcn
        chainsaw champ champion champs changeme chaos charger chargers charli charlie charlott
        charlton charly charmed chaser cheburashka cheerleaers cheers cheese cheetah chelsea
        cherokee cherry chessmaster chester chevelle chevrole chevy chewie cheyenne chicago chichi
        chicken chickens chickenwing101 chicks chico chiefs chipper chivas chocolat chocolate1
        chopper chrisbln chrisbrown chrissy christ christia christiaan christian1 christin christop
        christophe christopher1 chronic chubby chucky cigars cinder cinnamon cjdthitycndj cjkysirj
        cjkywt clancy clapton classic clemson clipper clover clubpenguin cnfnbcnbrf cnjvfnjkju
        cobra cocacola coconut coffee cohiba coke colombia colorado colors coltrane combat123654
        comicbookdb comicbooks commando company compaq computador computadora computer concrete
        condom condor connect connor consumer contortionist contrasena cookie cookies cooldude
        cooler coolguy coolio coolman coorslight cooter copper corona corperfmonsy corrado corvette
        cosmo cosmos cosworth cougar counterstrike cowboy cowboys coyote cracker crazybab creamy
        creative cricket crimson critter cruise cruiser crunch crusader crysis ctdfcnjgjkm cthulhu
        cthutq cuddles cupcake curious cutter cvzefh1gkc cxfcnkbdfz cxfcnmt cxfcnmttcnm cyberonline
        cyclone cyclops cyecvevhbr cyjdsvujljv cypress cytuehjxrf daddysgirl dagger dakota dalejr
        dallas dammit damnit dancer danger danie daniil danila danni dannyboy darkknight darkness
        darkside darkstar darthvader dashadasha davids dawg daytona dbrnjhbz dbrnjhjdbx dbrnjhjdyf
        dctvcjcfnm dctvghbdtn deadhead deadman december deeppurple deepthroat deerhunter deeznuts
        default defender defiant deftones delete delta deltaforce denali deniska depeche
        depechemode desert designer desire deskjet desperados destiny detroit deutschland devil
        devildog devildriver devilmaycry devilmaycry4 devils dexter dfkthbz dfkthf dfktynbyf
        dfktynbyrf dfvgbh dhjnvytyjub diablo diamond diamonds diesel dietcoke digger digital
        digitalprodu dilbert dilligaf dima dinamo ding dingdong dinosaur discover disney divine
        dkflbckfd dkflbdjcnjr dkflbvbh dkflbvbhjdbx dkflbvbhjdyf doberman doctor dodger dodgeram
        dodgers dodgeviper dogg doggie doggy doggystyle dogman dogphil3650 dogs dollar dolphin
        dolphins domainlock2005 domino domodedovo donaldduck donkey donkeykong doobie doodle dookie
        doughboy dracula drago dragon dragonball dragonballz dragonfire dragons dragoon dreamer
        dreams driver drizzt drowssap drpepper drummer dthjybrf dublin ducati duchess duck durango
        duster eagle eagles eastside eatme eclipse eduard eeyore efbcapa201 einstein ekaterina
        electric element elephant elizabet elizabeth1 emerald eminem empire engage engineer enigma
        enter enterpri enterprise ericsson erotic escaflowne eternity europa evanescence evangelion
        everest everton excalibu exigen exigent exodus explorer express extreme eybdthcbntn fabie
        fabric facial falcon falcons fallen fallenangel fallout falloutboy fang fantasy farside
        fart fartripper faster fatboy fatcat fatman fcbarcelona feather february felicidade fender
        fenerbahce fernand ferrari ferret fgjrfkbgcbc ficken fiesta figaro fighter fighting54
        filter finalfantasy finger fire fireball firebird firefighter firefly firefox fireman
        firestarter firstone123 fish fishes fishing fitness fkg7h4f3v6 fkmnthyfnbdf fktrcfylh
        fktrcfylhf fktrcfylhjd fktrcfylhjdbx fktrcfylhjdf fktrcfylhjdyf fktrcfylth fktrctq flames
        flamingo flash flatron fletch flintstone flipper floppy florian florida flounder flower
        fluffy flvbybcnhfnjh flyboy flyers foobar football forest forever forfun formatters formula
        fortuna fossil foxtrot franky freaks freaky freckles freddy frederiksberg freedom freeuser
        friday friendster fright frisco frodo frog frogger froggy froinlaven fromvermine frontdesk
        frontier frosty frozenfish fubar fufnfrhbcnb fugazi funtime fusion fyfcnfcbz fyfnjkmtdbx
        fyfnjkmtdyf fylhtq fynfyfyfhbde gabrie galatasara galatasaray galaxy galina galore gambit
        gamemaster gandalf garden garfield gateway gator gators gblfhfcbyf gbpltw geheim gemini
        genesis genius gerasimova geronimo getmoney getsome gfhfcjkmrf gfhfvgfvgfv gfhjkm
        gfhjkmgfhjkm ghbdtn ghbdtnbr ghbdtndctv ghbdtnghbdtn ghbdtngjrf ghbdtnrfrltkf ghetto
        ghhh47hj764 ghhh47hj7649 ghjcnbnenrf ghjcnbvtyz ghjcnj ghjcnjabkz ghjcnjgbpltw ghjcnjgfhjkm
        ghjcnjghjcnj ghjcnjnfr ghjcnjqgfhjkm ghjcnjrdfibyj ghjcnjrdfif ghjgfufylf ghjnbdjcnjzybt
        ghjrehfnehf ghjrjgtyrj ghjuhfvbcn ghjuhfvvbcn ghost ghostrider giants ginger giorgi girls
        gizmo gizmodo gjdtkbntkm gjikbdctyf gjkbyf gjkysqgbpltw gjytltkmybr gmoney goalie goblin
        goblue goddess godisgreat godsmack godzilla gofish goforit goku golden goldfinger goldfish
        golf golfball golfer golfing goliath gonzo goober good123654 goodfellas goodluck
        goodmorning goodtime google goose gopher gordolee85 gorilla gotcha gothic gotohell govols
        grandorgue granny greatone greedisgood greenbay greenday greenlantern greens gremlin
        grendel griffey gringo grizzly groovy groucho groupd2013 grumpy gthtcnhjqrf gthtrhtcnjr
        gtnhjpfdjlcr guardian guest guiness guinness guitar gundam gunner gunners gunslinger gustav
        gxlmxbewym gy3yt2rgls hacker halflife hallo hamburg hamlet hammer hammers hammertime
        hamster hannah hannibal hansolo happyday hardon hardrock hardwareid harley harrypotter
        hawaii hawkeye hd764nw5d7e1vb1 hearts heaven heavymetal hedgehog hedimaptfcor hellfire
        hello hellokitty helloo hellothere helloworld hellraiser hellyeah helpme hendrix herbie
        hercules hermes hershey hesoyam hidden highland highlander hijodeputa hiphop hithere hitman
        hjvfirf hobbes hobbit hockey holiday hollister1 hollywoo hollywood1 homers homerun honda
        hondacivic hondas2000 hongkong hooter hooters horizon horndog hornet horney horse horses
        hotboy hotdog hotrod hotshot hotstuff hottie hshfd4n279 htubcnhfwbz hummer hunter hunting
        hurrican husker huskers huskies hyperion hypnodanny iaapptfcor iampurehaha2 ibanez icecream
        iceman iddqdiddqd iddqdidkfa iforgot igor iguana ihateyou illini illuminati ilovegirls
        ilovejesus ilovemusic ilovemyfamily ilovemylife ilovemyself iloveu iloveyo iloveyou
        immortal impala incubus indiana indians indigo inferno infiniti infinity ingodwetrust
        insane installdevic installsqlst installutil integra intelinside intermilan internet
        intrepid irina ironmaiden ironman iseedeadpeople italia itsasecret ivanov ivanova iverson
        iwantu j3qq4h7h2v jackal jackdaniels jackoff jaguar jamaica jamesbon jamesbond jammer
        january jarhead jasmine jasper java jayhawk jazzman jedi jediknight jedimaster jeep jericho
        jerkoff jessejames jester jesuschris jesuschrist jesusislord jesussaves jetbalance jethro
        jigei743ks jimandanne jimbo jimbob jlbyjxtcndj joker jokers jordan jrcfyf juancarlos
        juggalo juggernaut juice july jumper june junebug jungle junior jupiter justdoit justforfun
        justice justinbiebe justinbieber justme juventus jxfhjdfirf k123456789 kahuna kaktus
        kalifornia kamehameha kamelia2011 kamikaze kangaroo kanmax1994 kansas karate karina
        karolina kasper katana katerina katrin kawasaki kbnthfnehf kd189nlcih keeper kennwort
        kenshin kenwood kenworth keyboard keystone keywest kicker kingfish kingfisher kingkong
        kingpin kingston kipper kirill kisses kissme kitkat kitten kitty kittycat kl?benhavn
        klapaucius klaster klingon knicks knights knopka kobebryant kodiak kolobok konstantin
        koshka kostya kotenok kravchenko krishna ktyjxrf kudos4ever kume kungfu kurtcobain
        kwiatuszek labrador labtec lacrosse ladybug ladyffesta laguna lakers lamborghini lamborgini
        lancelot lancer lansing laptop larisa lasvegas latino leather leavemealone ledzep
        ledzeppelin left4dead2 legacy legend legion legolas lennon leopard lespaul lestat letmein
        letmeinnow letsgo lexmark lfplhfgthvf lhbjkjubz2957704 liberty lick lickit lickme lifehack
        lifeisgood lightnin lights lightsaber limpbizkit linkinpark lion lionking liquid lisbon
        littlebear littlegirl littleminge liverpoo liverpool liverpoolfc livestrong lizard
        lkjhgfdsaz lkjhgfdsazx lobster lockerroom login logitech lolipop lollipop lollol lololyo123
        london lonestar lonewolf longhorn looker looser loploprock losangeles loser lost4815162342
        lotrfotr34 love loveforever loveislife loveit lovely loveme lover loverboy lovers loveyou
        lovezp1314 lowrider lp2568cskt lsia9dnb9y luansantana lucifer lucky luckycharm luckydog
        luojianhua lvbnhbq lytghjgtnhjdcr lzhan16889 m123456789 m6cjy69u35 ma123123123 macdaddy
        machine macross madagaskar maddie maddog madison madman madmax madness madonna madrid
        maestro maggie magic magical123 magick magicman magnum magnus maiden mailcreated5240
        mailman majestic makaveli maksim malaka malibu malina mallard mamapapa manager manchest
        manchester manchester1 mandarinka mandingo mandragora mangust6403 maniac manson manutd
        mapet123456 mapleleafs maprchem56458 maradona marathon march marina marine mariners marines
        marino markhegarty marlboro marley martini maryjane mashamasha massimiliano massive master
        mastercard masterchief mastermind matador matchbox20 matematica matematika matrix
        mattylad10 mature maurolarastefy maverick maxell maxima maximilian maximus maxmotives
        maxwell maxx mayday mayhem meatball meatloaf mechanic megadeth megaman mellon memorex
        memphis mercedes mercury meridian merlin mersedes metallic metallica mevefalkcakk mexico
        miami michael123 michaeljackson michigan mickey mickeymouse microlab microphone microsof
        microsoft midget midnight mighty mikey milana milano milena millerlite millertime minecraft
        minhasenha minicooper minime minnesota_hp mirage misfit mister mistress mnbvcxz mojo moloko
        molson momoney monaco monday mondeo money moneymaker moneyman moneys mongoose monitor
        monkey monkeys monopoly monster montana montecarlo montgom240 montreal moocow mookie moomoo
        moose morganstanley morpheus mortalkombat moscow mostwanted motdepasse mother motherlode
        motorola mountain mouse mozart msorcloledbr mulder multiplelo multiplelog munchkin muppet
        murcielago muscle mushroom musiclover musicman mustang mustangs mybaby mylove mypassword
        mystic naruto nascar nasty nastya natali natasha naughty naughtyboy nccpl25282 nebraska
        necromancer need4speed needforspeed nemesis nemvxyheqdd5oqxyxyzi neptune networkingpe
        nevada neveragain nevergiveup neverwinter newlife neworleans newpassword newport
        newproject2004 newyork newzealand nfnmzyf nhecsyfujkjdt nhfdvfnjkju123 nhfrnjhbcn
        nhfycajhvths nicola nightcrawler nightshade nikita nikola nikolaevna nimrod niners ninja
        nintendo nipper nirvana nissan nissan350z nofear nokia nokia6230i nokiadermo nolimit
        nondriversig noodle noodles nookie nopassword november nthvbyfnjh nuaddn9561 nugget
        nuttertools nyjets nylons nymets oakland obiwan oblivion oc247ngucz october office ohyeah
        oilers oksana olcrackmaster oldman oldsmobile oleg olegnaruto oliver olivier omega
        omgkremidia onelove onetwothree online onlyme ontheoutside ontherocks opensesame openup
        operator oracle orange oranges orioles orion orochimaru osiris outlaw overlord owner oxford
        p030710p$e4o p0o9i8u7y6 packard packer packers pacman paintball1 pakistan paladin panama
        panasoni panasonic pancho panda pandemonium pandora pantera panther panthers panzer
        paradise paradox paraklast1974 paris parola parolparol parrot pascal pass passat passion
        passmaster passme passport passw passwor password passwords passwordstandard passwort
        patches pathfinder patriot patriots pavilion peaches peanut peanuts pearljam pebbles
        peekaboo peewee pegasus pencil penguin penguins penthous pentium pepper pepsi pervert
        peternorth peterpan peugeot pfhfnecnhf phantom phezc419hv philips phillies philly phoenix
        photos phpbb picard picasso piccolo pickle pickles pics piglet pikachu pillow pineappl
        pineapple1 ping pingpong pink pinkfloy pioneer pippen pirate pirates pistol pitbull pizza
        planet plastic platinum player playstation playstation2 playstation3 playtime plumber
        plymouth poison poiuyt poiuytrewq pokemon polaris police polina polniypizdec0211
        polniypizdec110211 polo polopolo09 polska pompey poncho pontiac poodle pooh poohbear pookie
        poontang poop pooper poopie poopoo pooter popcorn popeye porkchop porsche portishead
        portland portugal possum postal postov1000 potato powder precious predator prelude
        premiumcash presario presto prettygirl primetime21 primus prince princes princess printer
        prisonbreak private privet prodigy psychnaut1 psycho ptybnxtvgbjy puertorico pufunga7782
        pumpkin punisher punkin punkrock punksnotdead puppies puppy pupsik purple putter pyramid
        python q123456789 q1234567890 q1q2q3q4q5 q1w2e3r4t5 q1w2e3r4t5y6 q1w2e3r4t5y6u7
        q1w2e3r4t5y6u7i8 q1w2e3r4t5y6u7i8o9p0 qawsed qawsedrf qawsedrftg qawsedrftgyh qaz123wsx456
        qazqaz qazwsx qazwsxed qazwsxedc qazwsxedcrfv qazwsxedcrfvtgb qazxsw qazxswedc qazxswedcvfr
        qpwoeiruty qq123456789 quant4307s quattro queenas8151 quicksilver quiksilver qwaszx
        qwaszxerdfcv qwe1234567 qweasd qweasdzxc qweqwe qwerasdf qwerasdfzxcv qwert qwertasdfg
        qwertasdfgzxcvb qwertgfdsa qwerttrewq qwerty qwertyasdfgh qwertyu qwertyui qwertyuio
        qwertyuiop qwertyuiop1 qwertyuiop10 qwertyuiop12 qwertyuiop123 qwertyuiop12345 qwertyytrewq
        qwertz qwertzuiop rabbit racecar racerx racing ragnarok raider raiders rainbow raistlin
        rambler rammstein ramses random ranger rangerover rangers raptor rascal rasputin rastaman
        raven ravens razz rbhbkk rctybz realmadrid reanimator reaper rebel rebels reception
        redalert redbull reddog redhead redhot redman redneck redrum redskins redsox redwings
        reebok renault renegade rereirf rescue residentevil respublika retard rfcgthcrbq
        rfgecnfcerf rfhbyf rfhfrfnbwf rfhfvtkmrf rfkmrekznjh rfnfcnhjaf rfnfgekmnf rfnthbyf rfrfirf
        rfrnec rhbcnbyf rhbcnbyjxrf rhfcyjzhcr rhfvfnjhcr rightnow ripper riverplate rjhjkmbien
        rjirfrgbde rjntyjr rjycnbnewbz rjycnfynby rkfdbfnehf roadrunner robotech rockbottom rocker
        rocket rockets rockhard rockhopper rockon rocks rockstar roflcopter roller rolltide
        romashka rommel ronaldinho ronaldo rookie rooster root rootbeer rosebud rotten rovers
        royals rubber rulez runescape1 runner ruslan russia rustam s123456789 s456123789 sabbath
        sabine sabres safari sailboat sailing sailor sailormoon saints sakura salamander salamandra
        salmon salon samantha samiam samson samsung samurai sanandreas sandiego sandman sandro
        sanfrancisco sapphire saqartvelo saratoga sasha12345 sassy satan sataniv1993 saturday
        saturn saun sausage sayang scania scarface scarlet schoolgirlie scooby scoobydo scooter
        scorpio scorpion scotch scotland scotty scoubidou2 scoubidou6 scream scruffy scully seamus
        seattle sebastia sebastian1 secret security seeker seemnemaailm seinfeld select selfok2013
        seminole semperfi sentinel septembe september serega serendipity serenity sergei sergey
        sersolution server service321 sesame sevastopol shado shadow shaggy shalom shaman
        shamanking shamrock shania shaolin shark sharks sharky shasta shaved shazam shelby sherlock
        shevchenko shiloh shogun shooter shorty shotgun showme showtime sidewinder siemens sierra
        silenthill silver simba simferopol simple simpleplan simpsons sinatra sinbad sinner sirius
        sithlord sixers skateboard skater skeeter skidoo skiing skinny skipper skippy skittles
        skorpion skydive skyline skywalke skywalker slacker slappy slapshot slave slayer sleepy
        slick slider slipknot smallville smegma smiles smiley smitty smoke smoker smokey smokin
        smooth smudge smut snake snakes snapper snapple snatch sneakers snickers sniper snoopdog
        snoopy snowball snowboar snowman snuggles snusmumrik sobaka soccer socrates softball
        software sojdlg123aljg soldier soleil solidsnake solnce something1 sommer sonic
        sonnenschein sony sonyericsson sooners sophie soso123aljg spam967888 sparkle sparky sparta
        spartak spartan spartans speaker specialinsta spectrum speedy spider spiderma spiderman
        spidey spike spirit spitfire splash splinter spooky spring sprint sprite spunky spurs
        spyder squirrel srinivas staff stalingrad stalker stallion star starbuck starcraft stardust
        starfish stargate starship startrek starwars statistika stealth steamforums steeler
        steelers stefano steph stephani sterlin stickdaddy77 sticks sticky stimpy stinger stingray
        stinky stinkyfinger stocking stocks stomatolog stonecol stones storm stormy stranger
        stratocaster strawberry streetball strider strike striker stud studioworks stupid subaru
        sublime subway success sugar sultan summer summertime summit sundance sunday sundaypunch
        sunrise sunset sunshine super superduper superfly superman supermanboy supermario
        superpuper supersonic supersta superstar surf surfer surfing suzuki svetasveta svetik
        svetlana swallow sweetdream sweetpea sweets sweety swimmer swimming sword swordfis
        swordfish sydney syncmaster syracuse systemofadown t34vfrc1991 table54781 tacobell tacoma
        tadmichaels tamwsn3sja tanker tardis target tarheel tarheels tarzan tattoo tatyana taurus
        tazman tazmania tdfyutkbjy tdutybq teacher technics techno tekken telecaster telefon temp
        tempest temppassword tennis tequila terminator terror test tester testing thailand thanatos
        thankyou thebeatles theboss thecakeisalie thecat thegame thekid theking theman theone
        therock thesims thor thuglife thugstools thumper thunder thunderbird thursday ticketmaster
        tickle tiger tigers tigerwoods tigger timber timberland timberwolf tinker tinkerbell tinman
        tintin titanic titans titleist titties tokiohotel tolkien tomato tombraider tomcat tommyboy
        tootsie topcat topdog topgun topher topper tornado toronto toshiba tottenha toyota tractor
        trader trance transam translator travel treasure trebor trfnthbyf tricky trident trigger
        trinity triton triumph trixie trojan trojans trombone trooper trouble truck trucker trucks
        truelove trumpet trunks trustnoone tsunami tuesday tunafish tundra tupacshakur turbo turkey
        turtle tweety twilight twisted twister typhoon ublhjgjybrf ufhhbgjnnth ujkjdjkjvrf ultima
        ultimate umbrella underdog undertaker unforgiven unicorn unreal user usmc utopia v123456789
        vacation vader vaffanculo valentin valentina valera valhalla vampire vanhalen vanilla
        vanyarespekt vbhjndjhtw vector vectra vegeta velvet venom121293 verbatim veritas vermont
        veronika vertigo verygoodbot vette vfczyz vfhbyf vfhbyfvfhbyf vfhecz vfhufhbnf vfhufhbnrf
        vfhvtkflrf vfksirf vflfufcrfh vfntvfnbrf vfrcbv vfrcbvrf vfrcbvvfrcbv vfvekz vfvfgfgf123
        vfvfvskfhfve vfvjxrf vfylfhbyrf viagra victory viewsonic viking vikings viktor viktoria
        viper vipers virtuagirl vision vitalik vkontakte vladik vladimir vladimirovna vladislav
        vladislava volkswagen volley voodoo vortex voyager vqsablpzla vsjasnel12 vulcan vyjujnjxbt
        w2dlww3v5p wachtwoord walkman555 walleye wallstreet walnut walrus warcraft warhammer
        warhammer40k warlock warlord warrior warriors wassup waterloo watermelon wazzkaprivet
        wcrfxtvgbjy weasel webmaster websolutions websolutionssu webuivalidat wednesday weed weezer
        weihnachte weihnachten weihnachtsbau weihnachtsbaum welcome wenef45313 werewolf westham
        westside wethepeople whatever whatthehell wheels whiskey whisper whitepower whitesox whitey
        whocares whosyourdaddy whynot wibble wicked wildcat wildcats wildfire willkommen willow
        windows winner winnipeg261 winston winter wisdom wishmaster wizard wolfie wolfman wolfpack
        wolverin wolverine wolves wombat wonderwall wonderwoman woody woofwoof wookie wrangler
        wrestlin wrestling1 writerspace wutang xanadu xavier xfiles xiaoyua123 xpressmusic xtreme
        yamaha yankee yankees yanshi1982 ybrbnf ybrjkfq ybrjkftdbx ybrjkftdyf yellow yfcnzyfcnz
        yfnfif yfnfitymrf yjdsqgfhjkm yomama yosemite yourmom ytrewq yzerman z123456789 z1x2c3v4b5
        z1x2c3v4b5n6m7 zaphod zaq1xsw2cde3 zaqwsx zaqwsxcderfv zaqxsw zaratustra zcfvfzkexifz
        zcxfcnkbdf zcxfcnkbdfz zenith zeppelin zidane zipper zjses9evpa zombie zorro
        zqjphsyf6ctifgu zvezda zx123456789 zxcasd zxcasdqwe zxcvb12345 zxcvbasdfg zxcvbn zxcvbnm
        """
}
