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
