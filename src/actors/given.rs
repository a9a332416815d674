//! Whether a given name is a woman's or a man's, where most readers would be sure.
//!
//! Common given names of many languages, none that is common for both (Alex, Andrea, Jean, Kim, Robin,
//! Sasha, Wei). Written for this program from general knowledge; no list was taken over. A name that is
//! not here says nothing.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::names::Gender;

const WOMEN: &str = "
abigail ada adaeze adele adriana agnes agnieszka aicha aiko aisha alejandra alessandra alexandra alexandria alice alicia alina
alison alma amal amanda amara amelia amelie amina amy ana anastasia angela angelica angelina anita anja anke ann
anna annabel anne annette annika antonia april ariana astrid asuka audrey aurora ava ayesha ayse barbara beatrice
beatriz berta beth betty bianca birgit bonnie brenda bridget brigitte britta camila camille carla carmen carol
carolina caroline catalina catarina catherine cecilia celia charlotte chiara chloe christina christine claire clara
claudia clementine concepcion consuelo cora corinne cristina cynthia daniela danielle daria deborah debra denise
diana diane dina dolores donna dora doris dorothy ebony edith eileen eleanor elena eleni elif elisa elise elizabeth
ella ellen elsa elsie emilia emily emine emma erica erin esperanza estelle esther eugenia eva evelyn fabiola fatima
fatma fatou felicia fernanda fiona flora florence frances francesca franziska freya frida gabriela gabriella
gabrielle galina gemma genevieve georgina gertrude gina giorgia giovanna giulia gloria grace greta gudrun guadalupe
gwen hanna hannah hatice hazel heather hedda heidi helen helena helga henrietta hilda hilde hillary ida ilse imelda
imogen ines inge ingrid irene irina irma isabel isabella isabelle isla ivana ivanka ivy jacqueline jana jane janet
janice jasmine jeanette jeanne jennifer jenny jessica jill joan joanna joanne josefina josephine joy joyce juanita
judith judy julia juliana julie juliet juliette justine kamala kamila karen karin karina karoline kate katarina
kateryna katharina katherine kathleen kathryn kathy katie katja katrin katya kavita kayla keiko kerstin kirsten kristina
kristine lakshmi lara larissa latifa laura lauren lea leila lena leonor leticia leyla lidia liliana lillian lily
lina linda lisa livia liz lois lola lorena lorraine louise lucia luciana lucie lucy ludmila luisa lydia lyudmila mabel
madeleine madison maeve magda magdalena maja malala margaret margarita margot maria mariam mariana marianne marie
mariela marina marisol marjorie marlene marta martha martina mary marzena matilda maud maureen maya megan melania
melanie melissa mercedes meryem mette mia michelle mihaela mildred mina minerva miriam misaki molly monica monika
monique mona muriel myriam nadia nadine nana nancy naomi natalia natalie natalya natasha nicole nina noemi
nora noor nuria odile olga olivia olena oksana paloma pamela patricia patrizia paula paulina pauline penelope penny
petra philippa phoebe phyllis pilar polly priya priyanka rachel ramona raquel rebecca regina renata rita roberta
rosa rosalind rosario rose roxana ruth ruxandra sabine sabrina sakura sally salma samantha sandra sanna sara sarah
saskia selma shanthi sharon sheila shirley sigrid silke silvia simone sinead siobhan sofia sofie sonia sonya sophia
sophie soraya stacy stefania stella stephanie sunita susan susana susanna susanne suzanne svetlana sybil sylvia sylvie
tamara tania tanja tanya tara tatiana tatyana teresa tereza thelma theresa therese tiffany tina tove ulrike ulla
ursula valentina valeria valerie vanessa vera verena veronica veronika victoria viktoria viola violeta virginia
vivian viviana wanda wendy wilhelmina winifred xenia xiomara yael yasmin yolanda yoko yuki yulia yuliya yvette yvonne
zahra zainab zara zeynep zofia zorana zsuzsanna zuzana
abena abimbola achieng adela adwoa afia agneta ailsa aine aino aishah aishwarya aissatou aiste akiko akinyi akosua
akua alessia altynai aminata amparo anahit anastasiya anca angharad anjali annegret anneke anneli annemarie antje
antonella aoife asma assunta asta astri asuncion aurelie austeja aygul baiba beata begona benazir benedetta bente
bernadette biljana birgitta birna birthe bopha boryana bozena bridie bronwen bushra busisiwe caoimhe carys catriona
celine cerys chandrika chanthou chidinma chioma conceicao concetta corina costanza coumba covadonga danuta darya
deepika deirdre delphine desislava dinara doina donatella dorte dragana durga ebba eeva efua eilidh elisabetta elitsa
elodie encarnacion eszter eun-ji ewa farah farzana fatoumata federica femke fiammetta fleur folake frauke fuensanta
fumiko funmilayo gayane geeta geun-hye ghada ghislaine ginevra gisela godelieve gordana graca graciela grainne
graziella grazyna griet gro gulnara gulsen gunilla gunnhild ha-rin halima halina halyna hanan hannelore hasina hauwa
hawa hege heike helmi hildur hina hiroko huda hulya hye-jin ifeoma ilaria ildiko ilona ilze inese inger ingibjorg
inmaculada ioana iracema iryna itziar iva jacira jasna jayalalithaa jelena ji-won jitka joana jolanta josiane jurate
kadiatou kadri kaisa kalina kanimozhi katalin katarzyna kazuko kersti ketevan khadija khaleda kirsti kirstine kjersti
kristi krisztina krystyna ksenia lagle laima lamia layla lenka lesia liesbeth lieselotte liisa lindiwe linnea liv
ljiljana loredana lotte ludivine ludovica lusine lyubov maarja macarena madalena magaly mahsa maia maike mairead
makena malgorzata malin maly mamata marfa margarida margrethe mariama mariangela mariko marit marketa marloes maryam
masako mathilde matilde meena megawati meral mhairi mi-kyung michiko mieke milagros milda milica min-kyung mireille
mirjana morag nadege nadezhda nadiya najwa naoko nargiz nasrin nawal ndeye neda neha nerys nevena ngozi niamh nieves
nilufer nino nirmala njeri nneka nokuthula nomsa nomvula noriko ntombi nuala nusrat nyambura oceane olesya oonagh orla
ornella orsolya ottavia oumou outi padma paivi parisa parvati pascaline pernille piret pirkko polina pooja pratibha
priscila puan puteri radha radmila ragnhild raisa ralitsa raluca ramatoulaye randi rania reem reiko reka rekha
remedios renate retno rhiannon riikka rocio rodica roisin rosangela rosmah rossella rubina rukayya ruslana ruta
sachiko safiya saima salome salwa samira sanae sanne saoirse saraswati savita sawsan segolene seiko seo-yeon serena
sevgi sevinj shabana shazia shirin shobha shreya sian sigridur siiri simona siranush siri sirimavo sita siti smita
snezana socorro solange soledad solomiya solveig soo-jin sorcha sothea souad sreymom sukmawati sushma suu swati
sylviane tahira taisiya tamar tansu tarja tatjana thais thandiwe thembi thida thorunn titilayo tomoko triin tsvetana
turid tuula ulrika usha ute vasilisa vasundhara veerle veronique vesna violaine vitoria vlasta wambui wangari wanjiku
wiebke wulandari ximena yaa yadira yasmine yesenia yewande yingluck yoon-ah young-mi yuriko zanele zeina zinaida zoe
zoya zulema
";

const MEN: &str = "
aaron abdel abdul abdullah abraham adam adolfo ahmad ahmed akira alan albert alberto alejandro aleksandar aleksander
aleksandr aleksei alessandro alexander alexandre alexei alexey alfonso alfred alfredo ali alistair alvaro amadou amir
anders andreas andrei andres andrew andrey andrii andriy anthony antoine anton antonio antony anwar armando arne arnold
artem arthur arturo ashok asif august augusto axel baldur baptiste barack barry bartosz bashir basil benedict benito
benjamin bernard bernardo bernd bernie bill bjorn bo bob bogdan boris brad bradley brendan brian bruce bruno bryan
carl carlo carlos cedric cesar charles chester chris christoph christophe christopher chuck claude claudio clive
colin connor conor constantin craig curtis cyril dale damian damien dan daniel daniele darius darren dave david dean
denis dennis derek dick didier diego dieter dietmar dimitar dimitri dirk dmitri dmitry dmytro dominic dominik don
donald doug douglas duncan dwight earl ed eduardo edgar edmund eduard edward edwin egil einar elias eliot elliott
elon emanuel emil emiliano emilio emmanuel emre enrico enrique eric erich erik ernest ernesto ernst esteban eugen eugene
evan evgeny fabian fabio fabrice farid faisal federico felipe felix ferdinand fergus fernando filip finn florian
floyd francesco francis francisco franck frank frans franz fred frederic frederick friedrich fritz gareth gary
gaston gavin geoff geoffrey georg george georges gerald gerard gerhard giacomo giancarlo gilbert gilles giorgio
giovanni giuseppe gordon graham greg gregor gregory grigory guillaume guillermo gunnar gunter gustav gustavo guy haakon
hamid hamza hans harald harold haruki haruto harry hasan hassan hector heinrich heinz helmut hendrik henri henrik henry herbert
herman hermann hideo hiroshi horacio horst howard hubert hugh hugo humberto hussein ian ibrahim ignacio igor ilya
imran ingo ioannis isaac ismail ivan jack jacob jacques jakob jakub jamal james jan jared jason javier jay jeff
jeffrey jens jeremy jerome jerry jim jimmy joachim joao joaquin joe joel joerg johan johann johannes john johnny jon
jonas jonathan jorg jorge jose josef joseph josh joshua juan julian julio junichi jurgen justin kamal karim karl kazuo
keith ken kenji kenneth kevin khaled khalid kiril klaus knut konrad konstantin kostas krzysztof kurt kwame lars lasse
laurent lawrence leif leo leon leonard leonardo leonid leopold leroy lorenzo louis luca lucas luciano luigi luis luka
lukas luke maciej magnus mahmoud malcolm manfred manuel marc marcel marcelo marcin marco marcos marcus marek mario
marius mark marko markus martin marvin mateo mateusz mathias mathieu matteo matthew matthias maurice mauricio max
maxim maximilian mehmet michael michal michel miguel mihai mikael mike mikhail milan milos mirko mitch mohamed
mohammad mohammed mordechai morten moses muhammad murat mustafa nabil narendra nathan nathaniel neil nelson
nicholas nick nicolas nigel nikita niklas nikola nikolai nikolay nikos nils noah norbert norman octavio olaf oleg
oleh oleksandr oliver olivier omar orlando oscar oskar osman otto ousmane owen pablo paolo pascal patrice patrick paul
pavel pavlo pawel pedro per pete peter petr petro philip philipp philippe phil pierre pieter piotr predrag quentin rafael
rafal rahul rainer raj rajesh ralf ralph ramon randy rashid raul ray raymond recep reginald reinhard rene ricardo
riccardo richard rick rob robert roberto rodney rodrigo roger roland rolf roman ron ronald rory ross roy ruben rudolf
rupert russell ryan salvador salvatore samir samuel santiago satoshi saul scott sean sebastian serge sergei sergey
sergio serhii seth shane shinzo sidney siegfried sigmund silvio simon slobodan stanislav stanislaw stanley stefan
stefano stephan stephane stephen steve steven stewart stuart sven szymon takashi takeshi tariq tarik taro ted
teodor terence terry theo theodore thierry thomas thorsten tim timothy tobias todd tom tomas tomasz tommaso tommy tony
tristan tyler uwe vadim vaclav valentin valeri vasily vicente victor viktor vincent vincenzo vitali vitaly vladimir
volodymyr vyacheslav waldemar walid walter warren wayne werner wilfried wilhelm will willem william winston wojciech
wolfgang xavier yannick yasser yevgeny yitzhak yuri yusuf yves zbigniew zoltan zoran
aadu abdoulaye aboubakar adebayo adriaan adrian afonso agostinho agus ahmet aigars aivar aivars ajay aki akwasi
alasdair alassane albrecht algirdas aliaksandr alireza alois alonso amancio amilcar aminu amit anatoly andris andrzej
anibal anil anis anselm anselmo antanas ants antti anura anutin ardeshir arjen arjun arkady armen arnaldo arndt aron
arsenio artis artur arturas arun arunas arvind arvo asbjorn asela ashraf ashwin askar atal attila aurelien aurelio
azamat babatunde balaji balazs baltasar bambang bandar bart barthelemy bas basilio bastien behrouz bela belmiro bengt
benigno benoit berdi bernhard bertil bertrand bharat bijan bilal bilawal birger bjarni blagoy blas bohdan bojan bolat
bongani borje boubacar boyko branko braulio budi burak burkhard byung-chan caetano calin calixto callum candido
casimiro catalin cathal cees celestino celso cem cesare chaminda chandrababu cheikh chhim chidi chinedu christer chuan
chukwuemeka ciaran ciprian cipriano colm cormac corrado cristian cristobal csaba custodio cyrille czeslaw dae-jung
dafydd dagur dainis daisuke damir daniyar dario dariush dariusz darko davide davit declan deepak dejan dermot detlef
devendra dezso diarmuid dilhan dilip dinesh dionisio domenico domingo domingos donal dong-hyun dorin dragan dragos
drazen duarte dusan dzmitry eamon eberhard eckart edgars edouard edson eero efrain egils egon eirik eivind eko eladio
elchin eliseo emanuele emeka emeric emile emomali emyr enda eoin ergin erlan erling eskil esko estiven etienne ettore
eusebio evandro evaristo ewald ewan ewout fabien fabricio fabrizio facundo fahd farhad faustino fawad feliciano femi
ferdinando ferenc fermin fernao fidel filipe filippo fintan flavio florent florin francois fraser fredrik friedhelm
froilan fumio gabor gaetan gaetano gagik gamal ganesh gaspar gautam gediminas geert geir genaro gennady gennaro georgi
geraint geraldo gerardo gerd gergely german gernot gerrit gheorghe ghislain gianfranco gianluca gianni gilberto gilson
gintaras giorgi girish gisli giuliano giulio gjermund gleb goncalo gonzalo goran gosta gotabaya gottfried gregoire
gregorio grzegorz gualter gudmundur guglielmo guido guilherme gundars gunther guntis gurbanguly gustave gyorgy hadi
hagen hallgrimur halvard hamish hannes hannu harish hartmut havard hayk heikki helder helge hemant hendra henk henning
henrique heriberto hermes herminio hernan herve heydar hilario hisham hishammuddin hjalti holger hooman horia hosni
hossein hristo hugues huw ibrahima ichiro iestyn ieuan ignazio ihor ikenna ilham ilie ilkka imants imre indrek ingvar
ionut irakli ismael istvan ivar ivars ivaylo ivica ivo jaak jaap jabulani jacco jacek jacinto jae-in jagdish jahangir
jaime jamshed janis janos janusz jari jaroslav jaroslaw javad jayant jean-baptiste jean-claude jean-francois jean-luc
jean-marc jean-marie jean-michel jean-paul jean-pierre jean-yves jelle jeong-tae jeroen jeronimo jerzy jhon jiri jiro
joaquim jochen joko jonatas jong-il jong-un joop joost jorgen jorma josip jostein josue jozsef juha jukka julien
junichiro juri juris kaarel kai kalev kalevi kalman kamau kanat kapil kariuki karl-heinz karlheinz karoly karthik
kassym kaveh kayode kazimierz kees kemal kenta kestutis khawaja kipchoge kipkemboi kiprop kjell klaas kofi koichi kojo
kourosh krasimir krister kristjan kwabena kwadwo kwaku kwang-sok kwasi ladislav lalit lasith laszlo lauri lazaro
leandro lembit lennart leonel leopoldo leszek levan lionel lisandro liviu ljubomir loic lorcan lothar lubinda lubomir
luc ludovic ludwig luiz lukasz lutz lyuben maarten madis magne mahathir mahesh mahinda maithripala makoto maksim
mamadou mandla manish manmohan manoel manoj marcelino marcello marcio margus mariano maris mariusz marnix masahiro
massimiliano massimo matias mats matti mattijs mauri maurizio mauro maxence maxime maximo mehdi menno merdan micheal
mieczyslaw mikalai mikheil mikko miklos mindaugas miodrag mircea miroslav mladen moacir modou mohan mohsen moises
moo-hyun morikage mounir moussa muhyiddin mujibur mukesh mukul murilo musyoka mutua mwangi mykola myung-bak najib
naoki naresh nasser naveen nawaz nebojsa nenad nestor niall nicanor nicolae nicolo nikhil nikoloz nimal nitin nitish
njoroge nnamdi norberto normunds nuno nursultan obinna ochieng octavian oddvar odhiambo ognyan oisin olav ole olli
olof olumide olusegun ondrej orazio osmar ostap osvaldo otar otavio otieno ottavio ovidiu oystein paavo padraig pankaj
parfait pascual pasquale patricio paulo pavol peer peeter pekka pertti pervez petras petru petter petteri pierluigi
piero piet pietro placido plamen porfirio prabhakar prabowo pradeep prakash pramod pranab prashant praveen prayut
premysl przemyslaw qamar rachid radek radoslaw radovan radu raffaele raghav ragnar raimo raimonds raimundo raivo
rajendra rajiv rajnath rakesh ramesh ramiro ranil ranjit raphael ratko raza razvan regis reinaldo reiner remco remi
renan renato renaud reza rhys rimantas rinus risto rocco rodolfo rodolphe roelof rogelio rogerio rohan rohit rolando
romain romano romeu ronan ruairi rudiger rufat rui rumen rune ruslan rustam ruud ruwan ryota ryszard saad sachin saeed
sajith sakari salman samdech sameh sampo sandeep sander sandor sandro sang-hoon sanjay santosh satish saturnino
saulius seamus sebastien segun selim semyon senne seok-youl seppo serafin serdar serhiy serik serkan serzh severino
seydou shahid shankar sharad shavkat shehbaz sherzod shigeru shivraj shota siarhei siavash siddharth sigmar sigurd
sigurdur siim silvestre simeon sindre sipho slamet slawomir sokha sondre sopheap sorin souleymane srdjan srettha
srinivas steffen steinar steingrimur stian stig stjepan stoyan subhash sudhir suharto sukarno sukumar sung-min sunil
surapong suresh surya susilo sutrisno svein sveinn sybren sylvain szilard taavi tadeusz tadhg tahir takumi tamas tapio
taras tarek tarique tarmo tarun tayfun telmo teodoro terje teun thabo thaksin tharindu themba thibault thijs thilo
thor thorbjorn thorsteinn tiago tibor tigran tiit timo timofey timur tjeerd todor toivo tome tomislav tong-su toomas
tor torbjorn torstein torsten toshihiro traian trond trygve tshepo tsvetan tudor tunde turki tushar uche uday udo ugo
uladzimir uldis ulf ulises ulrich umaru umberto upul urho urmas uttam vahagn vaino vakhtang valdas valdemar valdis
valerio valeriy valery varun vasco vasil vasile vegard veikko venkat vesa veselin vidar vijay vikas vikram viktar
ville vinay vinod vishal vitaliy vitor vittorio vivek vladislav vojtech volkan volker vuk vusi vuthy vytautas wahyu
wiebe wieslaw wilfredo wim winfried wlodzimierz wolfram wouter yann yaroslav yashwant yassin yogendra yogi yordan
yoshihide young-sam yousaf youssouf yuki-o yukio yuriy zahid zarko zdenek zdzislaw zhelyu ziad ziaur zsolt zurab
";

static GENDERS: LazyLock<HashMap<&'static str, Gender>> = LazyLock::new(|| {
    let women = WOMEN.split_whitespace().map(|n| (n, Gender::Female));
    women.chain(MEN.split_whitespace().map(|n| (n, Gender::Male))).collect()
});

/// By a given name in lower case without diacritics.
pub fn gender(name: &str) -> Option<Gender> {
    GENDERS.get(name).copied()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_is_on_both_lists() {
        for name in WOMEN.split_whitespace() {
            assert!(!MEN.split_whitespace().any(|n| n == name), "{name}");
        }
        assert_eq!(gender("ilse"), Some(Gender::Female));
        assert_eq!(gender("sergei"), Some(Gender::Male));
        assert_eq!(gender("kim"), None);
    }
}
