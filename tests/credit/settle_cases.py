"""Forty worked sales and refunds of a partner's customer, to the unit (SETTLE-2…5, PAY-1, PAY-2).

Prices and costs are per component; tax is 10 % inside the cost. The payers have what `promo`, `wallet` and `line` say.
`bought` and `then` are what stands on the accounts after the purchase, and after `unused` minutes came back.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    prices: tuple[int, ...]
    costs: tuple[int, ...]
    coupon: tuple[int, str] = (0, "PROVIDER")
    promo: int = 0
    wallet: int = 0
    line: int = 0
    minutes: int
    bought: str
    unused: int
    refunded: int
    then: str = ""


CASES = [
    Case(
        prices=(999,),
        costs=(999,),
        wallet=999,
        minutes=43_200,
        bought="WALLET -999 REVENUE +908 TAX +91",
        unused=13_527,
        refunded=313,
        then="WALLET -686 REVENUE +623 TAX +63",
    ),
    Case(
        prices=(3_332_090,),
        costs=(2_591_625,),
        wallet=3_332_090,
        minutes=86_400,
        bought="WALLET -3332090 REVENUE +2356023 TAX +235602 MARGIN +740465",
        unused=13_415,
        refunded=517_361,
        then="WALLET -2814729 REVENUE +1990212 TAX +199021 MARGIN +625496",
    ),
    Case(
        prices=(
            81_000,
            453_578,
        ),
        costs=(
            72_000,
            403_180,
        ),
        line=534_578,
        minutes=86_400,
        bought=("OWED -534578 DUE +534578 OWED_COST -475180 LINE -534578 LINE_USED +534578 REVENUE +431982 TAX +43198"),
        unused=43_200,
        refunded=267_289,
        then=("OWED -267289 DUE +267289 OWED_COST -237590 LINE -267289 LINE_USED +267289 REVENUE +215992 TAX +21598"),
    ),
    Case(
        prices=(
            67_500,
            26_250,
            749,
        ),
        costs=(
            90_000,
            35_000,
            999,
        ),
        coupon=(69_590, "PARTNER"),
        line=94_499,
        minutes=86_400,
        bought=("OWED -24909 DUE +24909 OWED_COST -125999 LINE -24909 LINE_USED +24909 REVENUE +114545 TAX +11454"),
        unused=72_729,
        refunded=20_968,
        then="OWED -3941 DUE +3941 OWED_COST -19937 LINE -3941 LINE_USED +3941 REVENUE +18126 TAX +1811",
    ),
    Case(
        prices=(67_500,),
        costs=(72_000,),
        coupon=(67_505, "PROVIDER"),
        line=67_500,
        minutes=86_400,
        bought="PROMOTION -67500 SHORTFALL -4500 REVENUE +65455 TAX +6545",
        unused=10_959,
        refunded=0,
        then="PROMOTION -58938 SHORTFALL -3929 REVENUE +57152 TAX +5715",
    ),
    Case(
        prices=(
            3_184_973,
            2_640_677,
        ),
        costs=(
            2_972_641,
            2_464_631,
        ),
        coupon=(5_825_655, "PROVIDER"),
        promo=1_194_161,
        wallet=4_346_650,
        line=5_825_650,
        minutes=43_200,
        bought="PROMOTION -5825650 REVENUE +4942975 TAX +494297 MARGIN +388378",
        unused=43_200,
        refunded=0,
    ),
    Case(
        prices=(
            26_250,
            2_262_199,
            26_250,
        ),
        costs=(
            24_500,
            2_111_386,
            24_500,
        ),
        coupon=(717_572, "PROVIDER"),
        line=2_314_699,
        minutes=43_200,
        bought=(
            "PROMOTION -717572 OWED -1597127 DUE +1597127 OWED_COST -1442814 "
            "LINE -1597127 LINE_USED +1597127 REVENUE +1963987 TAX +196399"
        ),
        unused=43_200,
        refunded=1_597_127,
    ),
    Case(
        prices=(26_250,),
        costs=(35_000,),
        line=26_250,
        minutes=43_200,
        bought=("OWED -26250 DUE +26250 OWED_COST -35000 LINE -26250 LINE_USED +26250 REVENUE +31818 TAX +3182"),
        unused=20_632,
        refunded=12_537,
        then="OWED -13713 DUE +13713 OWED_COST -18284 LINE -13713 LINE_USED +13713 REVENUE +16622 TAX +1662",
    ),
    Case(
        prices=(
            35_000,
            90_000,
        ),
        costs=(
            35_000,
            90_000,
        ),
        wallet=125_000,
        minutes=86_400,
        bought="WALLET -125000 REVENUE +113636 TAX +11364",
        unused=68_548,
        refunded=99_172,
        then="WALLET -25828 REVENUE +23480 TAX +2348",
    ),
    Case(
        prices=(
            999,
            35_000,
            870_803,
        ),
        costs=(
            799,
            28_000,
            696_642,
        ),
        line=906_802,
        minutes=86_400,
        bought=("OWED -906802 DUE +906802 OWED_COST -725441 LINE -906802 LINE_USED +906802 REVENUE +659492 TAX +65949"),
        unused=20_850,
        refunded=218_829,
        then=("OWED -687973 DUE +687973 OWED_COST -550378 LINE -687973 LINE_USED +687973 REVENUE +500344 TAX +50034"),
    ),
    Case(
        prices=(
            67_500,
            2_205_506,
            26_250,
        ),
        costs=(
            63_000,
            2_058_472,
            24_500,
        ),
        coupon=(1_363_503, "PROVIDER"),
        line=2_299_256,
        minutes=43_200,
        bought=(
            "PROMOTION -1363503 OWED -935753 DUE +935753 OWED_COST -782469 "
            "LINE -935753 LINE_USED +935753 REVENUE +1950884 TAX +195088"
        ),
        unused=43_200,
        refunded=935_753,
    ),
    Case(
        prices=(
            2_931_053,
            899,
        ),
        costs=(
            3_256_725,
            999,
        ),
        coupon=(2_931_957, "PROVIDER"),
        promo=1_067_561,
        wallet=1_538_880,
        line=2_931_952,
        minutes=43_200,
        bought="PROMOTION -2931952 SHORTFALL -325772 REVENUE +2961567 TAX +296157",
        unused=43_200,
        refunded=0,
    ),
    Case(
        prices=(899,),
        costs=(799,),
        coupon=(691, "PROVIDER"),
        promo=118,
        wallet=110,
        line=899,
        minutes=86_400,
        bought="PROMOTION -691 PROMO -118 WALLET -90 REVENUE +726 TAX +73 MARGIN +100",
        unused=43_200,
        refunded=104,
        then="PROMOTION -345 PROMO -104 REVENUE +363 TAX +36 MARGIN +50",
    ),
    Case(
        prices=(
            749,
            26_250,
            749,
        ),
        costs=(
            799,
            28_000,
            799,
        ),
        promo=1_200,
        wallet=2_407,
        line=27_748,
        minutes=43_200,
        bought=(
            "PROMO -1200 WALLET -2407 SHORTFALL -240 OWED -24141 DUE +24141 "
            "OWED_COST -25751 LINE -24141 LINE_USED +24141 REVENUE +26907 TAX +2691"
        ),
        unused=30_628,
        refunded=19_673,
        then=(
            "PROMO -1200 WALLET -2407 SHORTFALL -240 OWED -4468 DUE +4468 "
            "OWED_COST -4768 LINE -4468 LINE_USED +4468 REVENUE +7832 TAX +783"
        ),
    ),
    Case(
        prices=(
            2_763_837,
            2_064_831,
            26_250,
        ),
        costs=(
            3_685_116,
            2_753_108,
            35_000,
        ),
        wallet=4_854_918,
        minutes=86_400,
        bought="WALLET -4854918 SHORTFALL -1618306 REVENUE +5884749 TAX +588475",
        unused=21_282,
        refunded=1_195_861,
        then="WALLET -3659057 SHORTFALL -1219686 REVENUE +4435221 TAX +443522",
    ),
    Case(
        prices=(31_500,),
        costs=(28_000,),
        wallet=31_500,
        minutes=43_200,
        bought="WALLET -31500 REVENUE +25455 TAX +2545 MARGIN +3500",
        unused=21_600,
        refunded=15_750,
        then="WALLET -15750 REVENUE +12728 TAX +1272 MARGIN +1750",
    ),
    Case(
        prices=(999,),
        costs=(699,),
        coupon=(192, "PARTNER"),
        line=999,
        minutes=86_400,
        bought="OWED -807 DUE +807 OWED_COST -699 LINE -807 LINE_USED +807 REVENUE +635 TAX +64",
        unused=70_195,
        refunded=656,
        then="OWED -151 DUE +151 OWED_COST -131 LINE -151 LINE_USED +151 REVENUE +119 TAX +12",
    ),
    Case(
        prices=(
            90_000,
            3_164_201,
            90_000,
        ),
        costs=(
            72_000,
            2_531_361,
            72_000,
        ),
        promo=2_205_693,
        wallet=843_678,
        line=3_344_201,
        minutes=86_400,
        bought=(
            "PROMO -2205693 WALLET -843678 OWED -294830 DUE +294830 OWED_COST -235864 "
            "LINE -294830 LINE_USED +294830 REVENUE +2432146 TAX +243215 MARGIN +609874"
        ),
        unused=86_400,
        refunded=3_344_201,
    ),
    Case(
        prices=(
            26_250,
            26_250,
            512_517,
        ),
        costs=(
            24_500,
            24_500,
            478_349,
        ),
        coupon=(565_022, "PROVIDER"),
        line=565_017,
        minutes=86_400,
        bought="PROMOTION -565017 REVENUE +479408 TAX +47941 MARGIN +37668",
        unused=86_400,
        refunded=0,
    ),
    Case(
        prices=(
            90_000,
            35_000,
        ),
        costs=(
            90_000,
            35_000,
        ),
        wallet=125_000,
        minutes=43_200,
        bought="WALLET -125000 REVENUE +113636 TAX +11364",
        unused=21_600,
        refunded=62_500,
        then="WALLET -62500 REVENUE +56818 TAX +5682",
    ),
    Case(
        prices=(1_037_412,),
        costs=(968_251,),
        coupon=(1_037_417, "PARTNER"),
        promo=674_633,
        wallet=253_005,
        line=1_037_412,
        minutes=43_200,
        bought="SHORTFALL -968251 REVENUE +880228 TAX +88023",
        unused=35_446,
        refunded=0,
        then="SHORTFALL -173792 REVENUE +157993 TAX +15799",
    ),
    Case(
        prices=(
            899,
            81_000,
        ),
        costs=(
            999,
            90_000,
        ),
        coupon=(81_904, "PARTNER"),
        promo=37_205,
        wallet=33_529,
        line=81_899,
        minutes=43_200,
        bought="SHORTFALL -90999 REVENUE +82726 TAX +8273",
        unused=32_544,
        refunded=0,
        then="SHORTFALL -22446 REVENUE +20406 TAX +2040",
    ),
    Case(
        prices=(
            67_500,
            67_500,
            1_033_874,
        ),
        costs=(
            72_000,
            72_000,
            1_102_798,
        ),
        wallet=1_168_874,
        minutes=43_200,
        bought="WALLET -1168874 SHORTFALL -77924 REVENUE +1133453 TAX +113345",
        unused=32_257,
        refunded=872_787,
        then="WALLET -296087 SHORTFALL -19739 REVENUE +287115 TAX +28711",
    ),
    Case(
        prices=(3_940_450,),
        costs=(3_940_450,),
        line=3_940_450,
        minutes=86_400,
        bought=(
            "OWED -3940450 DUE +3940450 OWED_COST -3940450 LINE -3940450 "
            "LINE_USED +3940450 REVENUE +3582227 TAX +358223"
        ),
        unused=86_400,
        refunded=3_940_450,
    ),
    Case(
        prices=(
            2_105_034,
            899,
        ),
        costs=(
            1_637_249,
            699,
        ),
        coupon=(1_390_124, "PROVIDER"),
        promo=592_902,
        wallet=4_685,
        line=2_105_933,
        minutes=86_400,
        bought=(
            "PROMOTION -1390124 PROMO -592902 WALLET -4685 OWED -118222 DUE +118222 OWED_COST -40930 "
            "LINE -118222 LINE_USED +118222 REVENUE +1489044 TAX +148904 MARGIN +390693"
        ),
        unused=86_400,
        refunded=715_809,
    ),
    Case(
        prices=(
            999,
            35_000,
            999,
        ),
        costs=(
            699,
            24_500,
            699,
        ),
        coupon=(32_298, "PARTNER"),
        line=36_998,
        minutes=43_200,
        bought="OWED -4700 DUE +4700 OWED_COST -25898 LINE -4700 LINE_USED +4700 REVENUE +23544 TAX +2354",
        unused=21_600,
        refunded=2_351,
        then="OWED -2349 DUE +2349 OWED_COST -12948 LINE -2349 LINE_USED +2349 REVENUE +11772 TAX +1176",
    ),
    Case(
        prices=(
            586_502,
            899,
            1_807_289,
        ),
        costs=(
            651_669,
            999,
            2_008_099,
        ),
        coupon=(2_394_695, "PROVIDER"),
        wallet=2_394_690,
        minutes=43_200,
        bought="PROMOTION -2394690 SHORTFALL -266077 REVENUE +2418879 TAX +241888",
        unused=21_600,
        refunded=0,
        then="PROMOTION -1197344 SHORTFALL -133038 REVENUE +1209439 TAX +120943",
    ),
    Case(
        prices=(
            221_169,
            749,
            656_123,
        ),
        costs=(
            235_914,
            799,
            699_865,
        ),
        promo=174_503,
        wallet=365_222,
        line=878_041,
        minutes=86_400,
        bought=(
            "PROMO -174503 WALLET -365222 SHORTFALL -35982 OWED -338316 DUE +338316 "
            "OWED_COST -360871 LINE -338316 LINE_USED +338316 REVENUE +851435 TAX +85143"
        ),
        unused=86_400,
        refunded=878_041,
    ),
    Case(
        prices=(
            3_216_272,
            749,
            749,
        ),
        costs=(
            4_288_362,
            999,
            999,
        ),
        line=3_217_770,
        minutes=43_200,
        bought=(
            "OWED -3217770 DUE +3217770 OWED_COST -4290360 LINE -3217770 "
            "LINE_USED +3217770 REVENUE +3900327 TAX +390033"
        ),
        unused=21_600,
        refunded=1_608_886,
        then=(
            "OWED -1608884 DUE +1608884 OWED_COST -2145179 LINE -1608884 "
            "LINE_USED +1608884 REVENUE +1950164 TAX +195015"
        ),
    ),
    Case(
        prices=(
            999,
            35_000,
            90_000,
        ),
        costs=(
            799,
            28_000,
            72_000,
        ),
        coupon=(126_004, "PROVIDER"),
        line=125_999,
        minutes=43_200,
        bought="PROMOTION -125999 REVENUE +91635 TAX +9164 MARGIN +25200",
        unused=21_600,
        refunded=0,
        then="PROMOTION -62999 REVENUE +45818 TAX +4581 MARGIN +12600",
    ),
    Case(
        prices=(223_588,),
        costs=(248_431,),
        coupon=(223_593, "PARTNER"),
        line=223_588,
        minutes=86_400,
        bought="SHORTFALL -248431 REVENUE +225846 TAX +22585",
        unused=43_200,
        refunded=0,
        then="SHORTFALL -124215 REVENUE +112923 TAX +11292",
    ),
    Case(
        prices=(999,),
        costs=(999,),
        promo=362,
        wallet=550,
        line=999,
        minutes=86_400,
        bought=("PROMO -362 WALLET -550 OWED -87 DUE +87 OWED_COST -87 LINE -87 LINE_USED +87 REVENUE +908 TAX +91"),
        unused=54_468,
        refunded=630,
        then="PROMO -362 WALLET -7 REVENUE +335 TAX +34",
    ),
    Case(
        prices=(90_000,),
        costs=(90_000,),
        promo=49_132,
        wallet=18_326,
        line=90_000,
        minutes=43_200,
        bought=(
            "PROMO -49132 WALLET -18326 OWED -22542 DUE +22542 OWED_COST -22542 "
            "LINE -22542 LINE_USED +22542 REVENUE +81818 TAX +8182"
        ),
        unused=21_600,
        refunded=45_000,
        then="PROMO -45000 REVENUE +40909 TAX +4091",
    ),
    Case(
        prices=(
            687_601,
            999,
            90_000,
        ),
        costs=(
            550_081,
            799,
            72_000,
        ),
        coupon=(581_084, "PARTNER"),
        wallet=778_600,
        minutes=86_400,
        bought="WALLET -197516 SHORTFALL -425364 REVENUE +566255 TAX +56625",
        unused=86_400,
        refunded=197_516,
    ),
    Case(
        prices=(899,),
        costs=(799,),
        wallet=899,
        minutes=43_200,
        bought="WALLET -899 REVENUE +726 TAX +73 MARGIN +100",
        unused=43_200,
        refunded=899,
    ),
    Case(
        prices=(31_500,),
        costs=(35_000,),
        wallet=31_500,
        minutes=86_400,
        bought="WALLET -31500 SHORTFALL -3500 REVENUE +31818 TAX +3182",
        unused=43_200,
        refunded=15_750,
        then="WALLET -15750 SHORTFALL -1750 REVENUE +15909 TAX +1591",
    ),
    Case(
        prices=(35_000,),
        costs=(35_000,),
        coupon=(35_005, "PROVIDER"),
        line=35_000,
        minutes=43_200,
        bought="PROMOTION -35000 REVENUE +31818 TAX +3182",
        unused=21_600,
        refunded=0,
        then="PROMOTION -17500 REVENUE +15909 TAX +1591",
    ),
    Case(
        prices=(
            35_000,
            2_408_138,
            90_000,
        ),
        costs=(
            35_000,
            2_408_138,
            90_000,
        ),
        coupon=(2_533_143, "PARTNER"),
        wallet=2_533_138,
        minutes=86_400,
        bought="SHORTFALL -2533138 REVENUE +2302853 TAX +230285",
        unused=43_200,
        refunded=0,
        then="SHORTFALL -1266569 REVENUE +1151427 TAX +115142",
    ),
    Case(
        prices=(
            749,
            749,
        ),
        costs=(
            699,
            699,
        ),
        promo=451,
        wallet=275,
        line=1_498,
        minutes=86_400,
        bought=(
            "PROMO -451 WALLET -275 OWED -772 DUE +772 OWED_COST -720 "
            "LINE -772 LINE_USED +772 REVENUE +1271 TAX +127 MARGIN +48"
        ),
        unused=5_493,
        refunded=96,
        then=(
            "PROMO -451 WALLET -275 OWED -676 DUE +676 OWED_COST -632 "
            "LINE -676 LINE_USED +676 REVENUE +1191 TAX +119 MARGIN +48"
        ),
    ),
    Case(
        prices=(90_000,),
        costs=(63_000,),
        coupon=(48_924, "PARTNER"),
        wallet=90_000,
        minutes=43_200,
        bought="WALLET -41076 SHORTFALL -21924 REVENUE +57273 TAX +5727",
        unused=8_853,
        refunded=8_418,
        then="WALLET -32658 SHORTFALL -17431 REVENUE +45536 TAX +4553",
    ),
]
