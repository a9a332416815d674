//! The lists that [`super::part`] reads the surroundings of a form by, in lower case.

use std::collections::HashSet;
use std::sync::LazyLock;

/// Asked whether a word is on it.
pub(super) type List = LazyLock<HashSet<&'static str>>;

fn list(words: &'static str) -> HashSet<&'static str> {
    words.split_whitespace().collect()
}

/// After a demonym: the state itself, its organs, and collectives that act for it.
pub(super) static ORGANS: List = LazyLock::new(|| {
    list(
        "officials authorities government governments forces troops soldiers diplomats negotiators mediators
         leadership delegation delegations side regime lawmakers legislators parliament cabinet ministry ministries
         embassy embassies consulate commanders generals leaders ministers representatives administration presidency
         court courts judiciary prosecutors police customs coastguard treasury airforce artillery warplanes jets
         tanks missiles drones rockets bombers warships submarines fleet commandos paratroopers marines infantry
         brigade brigades battalion peacekeepers occupiers invaders aggressors spies operatives proxies mercenaries
         counterparts people nation members states countries",
    )
});

/// The same, unless a person or a thing follows: "the Russian military", but "the Russian military analyst".
pub(super) static BRANCHES: List = LazyLock::new(|| {
    list(
        "state army navy military defence defense security intelligence militia armed
         counterintelligence",
    )
});

/// What a state does or has as a state. Purchases, exports and victories are not among it: firms and teams have
/// those.
pub(super) static ACTS: List = LazyLock::new(|| {
    list(
        "invasion aggression occupation annexation sanctions tariffs embargo blockade airstrike airstrikes strike
         strikes attack attacks assault assaults offensive offensives counteroffensive counter-offensive bombardment
         shelling bombing missile drone incursion incursions intervention policy policies diplomacy position stance
         proposal proposals demand demands claim claims threat threats pressure influence interference meddling
         propaganda disinformation espionage response retaliation veto interests ambitions sovereignty concessions
         guarantees objections involvement rule control dominance domination hegemony imperialism expansionism
         militarism support backing aid help intentions intransigence withdrawal mobilisation mobilization ultimatum
         accusations allegations denials approval consent",
    )
});

/// After a demonym or a name of a state: people and things that only come from there, and what qualifies them.
pub(super) static ORIGIN: List = LazyLock::new(|| {
    list(
        "official diplomat envoy negotiator minister governor president premier chancellor leader lawmaker legislator senator
         senators mp mps politician politicians spokesman spokeswoman spokesperson ambassador ambassadors consul
         secretary counterpart voter voters candidate candidates opposition dissident dissidents
         coach trainer manager player players footballer footballers striker goalkeeper defender midfielder skipper
         driver drivers swimmer skater skaters cyclist boxer sprinter runner athlete athletes fans supporters squad
         team club champion champions winner winners star stars league cup championship football rugby cricket tennis
         journalist journalists reporter reporters correspondent correspondents editor editors blogger bloggers
         writer writers author authors poet poets novelist playwright artist artists singer actor actress director
         filmmaker composer conductor pianist violinist dancer dancers chef model designer architect painter
         scientist scientists researcher researchers professor academic academics scholar scholars student students
         teacher teachers doctor doctors surgeon nurse nurses engineer engineers lawyer lawyers judge judges expert
         experts analyst analysts economist economists historian historians
         businessman businesswoman businessmen business tycoon magnate billionaire billionaires millionaire oligarch
         oligarchs entrepreneur entrepreneurs investor investors trader traders banker bankers ceo founder executive
         executives worker workers farmer farmers fisherman fishermen miner miners tourist tourists traveller
         travellers visitor visitors buyer buyers owner owners
         citizen citizens national nationals resident residents civilian civilians man men woman women boy girl
         child children teenager teenagers couple family families mother father husband wife son daughter
         sailor sailors soldier officer agent agents spy hacker hackers commander general pilot pilots captain
         prisoner prisoners hostage hostages refugee refugees migrant migrants immigrant immigrants exile exiles
         activist activists campaigner campaigners priest bishop archbishop cardinal pope monk nun king queen prince
         princess emperor monarchy nobel separatist separatists rebel rebels union
         company companies firm firms airline airlines carrier maker makers manufacturer manufacturers group giant
         conglomerate subsidiary startup bank banks lender lenders insurer retailer supermarket brand contractor
         contractors supplier suppliers industry newspaper newspapers daily magazine broadcaster channel website
         media press tv television radio outlet outlets film movie novel book song opera ballet theatre museum
         car cars ship ships vessel vessels tanker tankers plane planes train trains passport passports visa flag
         currency rouble ruble dollar dollars pound yen stocks shares bonds market markets economy exports imports
         goods products gas oil grain steel coal wheat purchase purchases takeover investment investments
         language music food cuisine wine beer history culture city cities town towns village villages province
         provinces region border borders coast island islands port ports airport capital territory soil waters
         airspace peninsula mainland blaze fire fires wildfire wildfires crash flood floods flooding quake
         earthquake earthquakes storm storms typhoon hurricane cyclone landslide drought heatwave explosion
         stampede shooting shootings outbreak depot factory plant mine mines election elections grand",
    )
});

/// Parts and features of a country or a town.
pub(super) static GEOGRAPHY: List = LazyLock::new(|| {
    list(
        "region regions area areas province provinces district districts county coast coastline border borders
         frontier territory soil waters airspace skies shore shores island islands peninsula mountains river rivers
         lake lakes desert forest forests countryside north south east west northeast northwest southeast southwest
         capital city cities town towns village villages port ports airport airports harbour harbor station stations
         street streets road roads highway motorway railway bridge bridges suburb suburbs outskirts centre center
         downtown square park parks beach beaches hotel hotels stadium museum theatre cathedral prison hospital
         university school schools weather climate",
    )
});

/// After a capital: the city, not the state.
pub(super) static TOWN: List = LazyLock::new(|| {
    list(
        "mayor residents resident police metro subway underground tube traffic taxi bus skyline population
         neighbourhood neighbourhoods neighborhood neighborhoods quarter ghetto court courts state zoo opera ballet
         stock exchange gallery marathon derby nightlife restaurant restaurants cafe cafes bar bars pubs apartment
         flat house home homes rents property commuters crowd crowds protest protests rally office offices bureau
         correspondent flight flights train trains film fashion olympics games fair summit time",
    )
});

/// After a seat: the building or the quarter.
pub(super) static GROUNDS: List = LazyLock::new(|| {
    list(
        "cup wall walls tower towers lawn lawns ground grounds garden gardens gate gates fence ballroom driveway
         corridor corridors square museum armoury armory abbey hall bridge lobby steps door doorstep wing basement
         kitchen clock complex embankment cathedral cathedrals bells pool roof station tour reporter reporters
         correspondent correspondents",
    )
});

/// "the Moscow-Kazan highway", "a train between Moscow and Minsk".
pub(super) static JOURNEYS: List = LazyLock::new(|| {
    list(
        "border frontier flight flights train trains bus buses route routes road railway rail line highway motorway
         pipeline ferry ticket tickets marathon race rally derby match game final corridor crossing boundary bridge
         tunnel journey trip distance",
    )
});

/// Right before a name: where in it.
pub(super) static DIRECTIONS: List = LazyLock::new(|| {
    list(
        "northern southern eastern western central north-eastern north-western south-eastern south-western
         northeastern northwestern southeastern southwestern downtown mainland rural suburban coastal occupied
         inner outer greater upstate",
    )
});

/// Words that end a run of nouns.
pub(super) static FUNCTION: List = LazyLock::new(|| {
    list(
        "and or but nor of in on at to from by for with without as that which who whom whose while when where after
         before because if than so is are was were be been being am has have had do does did will would can could
         may might must shall should cannot not the a an this these those its his her their our it he she they we you
         i over under against between into onto through during about amid among around across near since until
         toward towards despite via per like up down out off said says say told also years months weeks days year month week ago last
         next",
    )
});

/// What only a state, or somebody else who decides, does: verbs in their plain form.
pub(super) static AGENCY: List = LazyLock::new(|| {
    list(
        "say tell warn accuse blame deny claim insist demand want seek hope vow pledge promise threaten urge call ask
         reject accept agree refuse decline welcome condemn criticise criticize denounce slam praise back support
         oppose offer propose suggest announce declare confirm acknowledge admit concede argue maintain allege assert
         contend believe think fear expect plan intend aim try attempt move prepare decide consider weigh mull eye
         order impose lift ease tighten ban block veto approve sign ratify recognise recognize withdraw pull send
         deploy launch invade attack strike bomb annex occupy retaliate respond react reply summon expel recall
         arrest detain extradite release give provide supply arm fund finance buy sell raise cut slash boost hike
         hold host invite meet negotiate discuss broker mediate push press pressure force lobby look get make take
         keep put set let see know need hit slap target sanction punish brace face risk lose win gain begin stop end
         halt suspend resume pause delay drop abandon quit join rejoin show signal hint indicate bring draw stage
         fire use exploit play pay owe allow permit help protect defend assure reassure guarantee swap bargain act
         appear seem regard view treat respect ignore dismiss downplay defy challenge confront counter resist rely
         depend control dominate lead run publish issue stress emphasise emphasize underline reiterate repeat add
         explain spy interfere meddle escalate mobilise mobilize redouble double pour spend hail applaud regret
         apologise apologize complain protest object vote yield relent cave blink bow balk backtrack hesitate toughen
         soften harden rethink reconsider revive renew restore sever break cancel revoke scrap tear close shut seal
         bar restrict limit curb isolate deter encourage anger irk infuriate embolden persuade convince
         dispute question doubt grant mark love hate pursue favour favor prefer choose stand cooperate work test
         speak write read build rename rebuff snub shun court lecture rebuke censure ally align side reach clash edge
         tangle spar unveil commit oblige require compel entitle",
    )
});

/// Their past, where it does not end in "ed".
pub(super) static PASTS: List = LazyLock::new(|| {
    list(
        "said told made took gave sent saw felt thought sought held kept let put set met knew began broke chose drew
         drove fought forbade got led lost meant paid ran spent spoke struck taught threw understood withdrew won
         wrote bought built brought cut dealt hit laid shut swore tore stood did sold hid rebuilt undertook overtook",
    )
});

/// These end in "ed" and are no pasts, or stand before nouns.
pub(super) static NO_PASTS: List = LazyLock::new(|| {
    list(
        "armed united hundred indeed naked sacred speed advanced need feed seed breed deed exceed proceed succeed
         unprecedented",
    )
});

/// What befalls or becomes a town, though it looks like an act.
pub(super) static TOWN_VERBS: List = LazyLock::new(|| {
    list(
        "celebrated experienced recorded witnessed sweltered woke awoke boasts boasted burned burnt flooded emptied
         shivered trembled collapsed resembled smelled fell lay lies sits sat stretches became becomes sprawls",
    )
});

/// "Kyiv was shelled", "Paris was crowded".
pub(super) static SUFFERED: List = LazyLock::new(|| {
    list(
        "bombed bombarded shelled hit struck attacked founded located situated covered flooded evacuated captured
         liberated besieged surrounded encircled rocked plunged destroyed damaged blanketed shrouded connected
         deserted crowded packed occupied seized burning bustling freezing sinking shaking lying recovering lit
         named called known settled rebuilt renamed inhabited populated",
    )
});

/// "Moscow is ready".
pub(super) static MINDED: List = LazyLock::new(|| {
    list(
        "ready willing unwilling happy unhappy keen furious angry open eager sceptical skeptical wary reluctant
         confident right wrong responsible guilty likely unlikely set due bound able unable adamant aware hostile
         friendly loyal under behind against to serious cautious optimistic pessimistic hopeful nervous",
    )
});

/// "Moscow is in talks", "Berlin and Paris are at odds".
pub(super) static ENGAGED: List = LazyLock::new(|| {
    list("talks no contact favour favor breach denial odds loggerheads war fault pains dialogue")
});

/// Verbs that take a place.
pub(super) static TRAVEL: List = LazyLock::new(|| {
    list(
        "visit leave left reach enter flee fled tour cross depart approach pass circle explore roam quit photograph",
    )
});

/// Verbs that a town, as a place, suffers.
pub(super) static BATTER: List = LazyLock::new(|| {
    list(
        "bomb shell hit strike struck attack capture seize surround encircle evacuate liberate besiege pound rock
         shake shook storm occupy bombard retake retook recapture overrun blanket flood batter",
    )
});

/// Before "to", "from" or "toward": somebody or something is on the way.
pub(super) static MOTION: List = LazyLock::new(|| {
    list(
        "travel travels travelled traveled travelling traveling fly flies flew flown flying flight flights go goes
         going went gone return returns returned returning move moves moved moving flee flees fled fleeing come comes
         came coming drive drove driven driving walk walked walking march marched marching deport deported deporting
         deportation extradite extradited extradition ship shipped shipping export exported exporting trip trips
         visit visits journey journeys tour tours arrival arrive arrived head heads headed heading invited migrated
         emigrated relocate relocated evacuated transferred brought taken took carried bound road route way train
         trains bus trek pilgrimage airlifted escape escaped admitted commute commuting back from miles kilometres
         kilometers km metres meters yards blocks away advance advances advanced drones fired rolled rolling racing access
         led train accompanied followed",
    )
});

/// Before "to": something that a state gets.
pub(super) static GIVEN: List = LazyLock::new(|| {
    list(
        "according up ties links link loyal loyalty close closer message messages warning warnings aid help support
         assistance concession concessions response responses reply answer threat threats attributed sympathetic
         hostile hostility opposed opposition alternative thanks appeal appeals allied aligned answerable accountable
         gift letter signal signals weapons missiles arms ammunition tanks jets supplies deliveries sales loan loans
         ceded cede owed beholden subservient blow boost challenge relevant important unacceptable acceptable talk
         talked talking spoke speak speaking listen listened due apology say exposure approach sold handed gave offer
         offered ultimatum request indebted deference friendly",
    )
});

/// Before "from": something that a state gives or does.
pub(super) static GIVES: List = LazyLock::new(|| {
    list(
        "response responses pressure support help aid assistance threat threats demand demands criticism condemnation
         reaction reply answer message messages letter statement comment word words signal signals warning warnings
         denial apology order orders instruction instructions approval permission guarantee guarantees concession
         concessions backing pushback resistance objection objections opposition offer call calls independence
         independent distance loan loans funding interference aggression attack attacks heard hear hears assurance
         assurances secession rebuke praise danger silence defence defense protection retaliation invitation",
    )
});

/// Before "of": part of a place, or somebody who has it for a home.
pub(super) static PARTS: List = LazyLock::new(|| {
    list(
        "mayor city streets street capital north south east west northeast northwest southeast southwest outskirts
         suburbs suburb centre center heart coast shores border borders part parts region regions most rest map areas
         area town towns village villages province provinces cities district districts gate gates wall walls lawn
         grounds corridors corridor halls steps shadow native natives resident residents citizen citizens archbishop
         bishop university battle siege fall bombing bombardment shelling out outside ahead museum skyline roof
         inside kilometres kilometers km miles",
    )
});

/// Before "of" and a capital: the state all the same.
pub(super) static STANCE_OF: List = LazyLock::new(|| {
    list(
        "ally allies critic critics behalf influence demands actions policies policy intentions side favour favor
         hand hands enemy enemies foe foes critical wary suspicious aware support backing approval will rule control
         interests ambitions supporter supporters opponent opponents puppet puppets proxy proxies friend friends
         fear condemnation criticism distrust mistrust expectations",
    )
});

/// Before "for": on the way to a place, or at home in it.
pub(super) static LEAVING: List = LazyLock::new(|| {
    list(
        "left leave leaves leaving bound headed heading heads head departed depart departs flight flights train
         trains ticket tickets visa visas mayor forecast embarked sailed flew battle battles",
    )
});

/// Before "on" and a capital: what hits a town.
pub(super) static RAIDS: List = LazyLock::new(|| {
    list(
        "attack attacks strike strikes raid raids assault assaults advance advances march marched marching bombing
         bombardment fired fell dropped rained descend descended closing missiles drones bombs",
    )
});

/// Before "over": in the air.
pub(super) static AIRBORNE: List = LazyLock::new(|| {
    list(
        "fly flies flew flying flown flight flights drone drones missile missiles jet jets plane planes aircraft sky
         skies airspace smoke sun storm storms no-fly shot balloon balloons bombs exploded crashed hovering circling",
    )
});

/// Before "over" and a capital: the state all the same.
pub(super) static SWAY: List = LazyLock::new(|| {
    list(
        "influence leverage pressure victory win advantage control hold row dispute concern concerns tension tensions
         anger fears sway differences edge worries",
    )
});

/// Before "at": what is thrown at somebody.
pub(super) static AIMED: List = LazyLock::new(|| {
    list(
        "angry anger aimed furious fury directed back out swipe dig frustrated frustration levelled leveled hit jibe",
    )
});

/// Before "in": what is put in somebody.
pub(super) static TRUST: List = LazyLock::new(|| {
    list("trust confidence faith distrust mistrust belief disappointed disappointment")
});

/// Several persons, not their people: "two Russians", "hundreds of Poles".
pub(super) static COUNTS: List = LazyLock::new(|| {
    list(
        "two three four five six seven eight nine ten eleven twelve dozen dozens hundred hundreds thousand thousands
         million millions several many some few more fewer other fellow young older elderly wealthy rich poor
         ordinary exiled ethnic number numbers group wounded captured detained missing stranded individual",
    )
});

/// Stand between a subject and its verb.
pub(super) static ADVERBS: List = LazyLock::new(|| {
    list(
        "also now still again never always often once even then soon not later already itself meanwhile thus yet both
         all too however just instead today yesterday tomorrow",
    )
});

/// "on Monday", "last week"
pub(super) static TIMES: List = LazyLock::new(|| {
    list(
        "monday tuesday wednesday thursday friday saturday sunday week weekend month year morning night spring summer
         autumn winter",
    )
});

/// Hung on with a hyphen: "Moscow-based".
pub(super) static TIED_PLACE: List = LazyLock::new(|| {
    list(
        "based born made built registered flagged speaking language style owned educated trained raised area bound
         listed headquartered wide type themed inspired designed developed produced grown origin descended located",
    )
});

/// "Kremlin-backed".
pub(super) static TIED_STATE: List = LazyLock::new(|| {
    list(
        "backed led brokered controlled occupied run held imposed sponsored funded supported allied aligned appointed
         installed mediated sanctioned designated supplied provided proposed armed friendly dominated ruled ordered
         hosted financed linked annexed administered orchestrated organised organized drafted initiated",
    )
});
