"""The countries of ISO 3166-1, in both languages of the house: code, English, Vietnamese."""

from django.utils.translation import get_language

from kanal.kit.keys import sort_key

_TABLE = """
AD Andorra|Andorra
AE United Arab Emirates|Các Tiểu vương quốc Ả Rập Thống nhất
AF Afghanistan|Afghanistan
AG Antigua and Barbuda|Antigua và Barbuda
AI Anguilla|Anguilla
AL Albania|Albania
AM Armenia|Armenia
AO Angola|Angola
AQ Antarctica|Nam Cực
AR Argentina|Argentina
AS American Samoa|Samoa thuộc Mỹ
AT Austria|Áo
AU Australia|Úc
AW Aruba|Aruba
AX Åland Islands|Quần đảo Åland
AZ Azerbaijan|Azerbaijan
BA Bosnia and Herzegovina|Bosnia và Herzegovina
BB Barbados|Barbados
BD Bangladesh|Bangladesh
BE Belgium|Bỉ
BF Burkina Faso|Burkina Faso
BG Bulgaria|Bulgaria
BH Bahrain|Bahrain
BI Burundi|Burundi
BJ Benin|Benin
BL Saint Barthélemy|Saint Barthélemy
BM Bermuda|Bermuda
BN Brunei|Brunei
BO Bolivia|Bolivia
BQ Caribbean Netherlands|Caribe thuộc Hà Lan
BR Brazil|Brazil
BS Bahamas|Bahamas
BT Bhutan|Bhutan
BV Bouvet Island|Đảo Bouvet
BW Botswana|Botswana
BY Belarus|Belarus
BZ Belize|Belize
CA Canada|Canada
CC Cocos (Keeling) Islands|Quần đảo Cocos (Keeling)
CD Congo (Kinshasa)|Congo (Kinshasa)
CF Central African Republic|Cộng hòa Trung Phi
CG Congo (Brazzaville)|Congo (Brazzaville)
CH Switzerland|Thụy Sĩ
CI Côte d’Ivoire|Côte d’Ivoire
CK Cook Islands|Quần đảo Cook
CL Chile|Chile
CM Cameroon|Cameroon
CN China|Trung Quốc
CO Colombia|Colombia
CR Costa Rica|Costa Rica
CU Cuba|Cuba
CV Cape Verde|Cabo Verde
CW Curaçao|Curaçao
CX Christmas Island|Đảo Giáng Sinh
CY Cyprus|Síp
CZ Czechia|Séc
DE Germany|Đức
DJ Djibouti|Djibouti
DK Denmark|Đan Mạch
DM Dominica|Dominica
DO Dominican Republic|Cộng hòa Dominica
DZ Algeria|Algeria
EC Ecuador|Ecuador
EE Estonia|Estonia
EG Egypt|Ai Cập
EH Western Sahara|Tây Sahara
ER Eritrea|Eritrea
ES Spain|Tây Ban Nha
ET Ethiopia|Ethiopia
FI Finland|Phần Lan
FJ Fiji|Fiji
FK Falkland Islands|Quần đảo Falkland
FM Micronesia|Micronesia
FO Faroe Islands|Quần đảo Faroe
FR France|Pháp
GA Gabon|Gabon
GB United Kingdom|Vương quốc Anh
GD Grenada|Grenada
GE Georgia|Gruzia
GF French Guiana|Guyane thuộc Pháp
GG Guernsey|Guernsey
GH Ghana|Ghana
GI Gibraltar|Gibraltar
GL Greenland|Greenland
GM Gambia|Gambia
GN Guinea|Guinea
GP Guadeloupe|Guadeloupe
GQ Equatorial Guinea|Guinea Xích Đạo
GR Greece|Hy Lạp
GS South Georgia and South Sandwich Islands|Nam Georgia và Quần đảo Nam Sandwich
GT Guatemala|Guatemala
GU Guam|Guam
GW Guinea-Bissau|Guinea-Bissau
GY Guyana|Guyana
HK Hong Kong|Hồng Kông
HM Heard and McDonald Islands|Quần đảo Heard và McDonald
HN Honduras|Honduras
HR Croatia|Croatia
HT Haiti|Haiti
HU Hungary|Hungary
ID Indonesia|Indonesia
IE Ireland|Ireland
IL Israel|Israel
IM Isle of Man|Đảo Man
IN India|Ấn Độ
IO British Indian Ocean Territory|Lãnh thổ Ấn Độ Dương thuộc Anh
IQ Iraq|Iraq
IR Iran|Iran
IS Iceland|Iceland
IT Italy|Ý
JE Jersey|Jersey
JM Jamaica|Jamaica
JO Jordan|Jordan
JP Japan|Nhật Bản
KE Kenya|Kenya
KG Kyrgyzstan|Kyrgyzstan
KH Cambodia|Campuchia
KI Kiribati|Kiribati
KM Comoros|Comoros
KN Saint Kitts and Nevis|Saint Kitts và Nevis
KP North Korea|Triều Tiên
KR South Korea|Hàn Quốc
KW Kuwait|Kuwait
KY Cayman Islands|Quần đảo Cayman
KZ Kazakhstan|Kazakhstan
LA Laos|Lào
LB Lebanon|Liban
LC Saint Lucia|Saint Lucia
LI Liechtenstein|Liechtenstein
LK Sri Lanka|Sri Lanka
LR Liberia|Liberia
LS Lesotho|Lesotho
LT Lithuania|Litva
LU Luxembourg|Luxembourg
LV Latvia|Latvia
LY Libya|Libya
MA Morocco|Maroc
MC Monaco|Monaco
MD Moldova|Moldova
ME Montenegro|Montenegro
MF Saint Martin|Saint Martin
MG Madagascar|Madagascar
MH Marshall Islands|Quần đảo Marshall
MK North Macedonia|Bắc Macedonia
ML Mali|Mali
MM Myanmar|Myanmar
MN Mongolia|Mông Cổ
MO Macao|Ma Cao
MP Northern Mariana Islands|Quần đảo Bắc Mariana
MQ Martinique|Martinique
MR Mauritania|Mauritania
MS Montserrat|Montserrat
MT Malta|Malta
MU Mauritius|Mauritius
MV Maldives|Maldives
MW Malawi|Malawi
MX Mexico|Mexico
MY Malaysia|Malaysia
MZ Mozambique|Mozambique
NA Namibia|Namibia
NC New Caledonia|Nouvelle-Calédonie
NE Niger|Niger
NF Norfolk Island|Đảo Norfolk
NG Nigeria|Nigeria
NI Nicaragua|Nicaragua
NL Netherlands|Hà Lan
NO Norway|Na Uy
NP Nepal|Nepal
NR Nauru|Nauru
NU Niue|Niue
NZ New Zealand|New Zealand
OM Oman|Oman
PA Panama|Panama
PE Peru|Peru
PF French Polynesia|Polynésie thuộc Pháp
PG Papua New Guinea|Papua New Guinea
PH Philippines|Philippines
PK Pakistan|Pakistan
PL Poland|Ba Lan
PM Saint Pierre and Miquelon|Saint Pierre và Miquelon
PN Pitcairn Islands|Quần đảo Pitcairn
PR Puerto Rico|Puerto Rico
PS Palestine|Palestine
PT Portugal|Bồ Đào Nha
PW Palau|Palau
PY Paraguay|Paraguay
QA Qatar|Qatar
RE Réunion|Réunion
RO Romania|Romania
RS Serbia|Serbia
RU Russia|Nga
RW Rwanda|Rwanda
SA Saudi Arabia|Ả Rập Xê Út
SB Solomon Islands|Quần đảo Solomon
SC Seychelles|Seychelles
SD Sudan|Sudan
SE Sweden|Thụy Điển
SG Singapore|Singapore
SH Saint Helena|Saint Helena
SI Slovenia|Slovenia
SJ Svalbard and Jan Mayen|Svalbard và Jan Mayen
SK Slovakia|Slovakia
SL Sierra Leone|Sierra Leone
SM San Marino|San Marino
SN Senegal|Senegal
SO Somalia|Somalia
SR Suriname|Suriname
SS South Sudan|Nam Sudan
ST São Tomé and Príncipe|São Tomé và Príncipe
SV El Salvador|El Salvador
SX Sint Maarten|Sint Maarten
SY Syria|Syria
SZ Eswatini|Eswatini
TC Turks and Caicos Islands|Quần đảo Turks và Caicos
TD Chad|Tchad
TF French Southern Territories|Vùng đất phía Nam thuộc Pháp
TG Togo|Togo
TH Thailand|Thái Lan
TJ Tajikistan|Tajikistan
TK Tokelau|Tokelau
TL Timor-Leste|Đông Timor
TM Turkmenistan|Turkmenistan
TN Tunisia|Tunisia
TO Tonga|Tonga
TR Türkiye|Thổ Nhĩ Kỳ
TT Trinidad and Tobago|Trinidad và Tobago
TV Tuvalu|Tuvalu
TW Taiwan|Đài Loan
TZ Tanzania|Tanzania
UA Ukraine|Ukraina
UG Uganda|Uganda
UM U.S. Outlying Islands|Các đảo nhỏ xa của Hoa Kỳ
US United States|Hoa Kỳ
UY Uruguay|Uruguay
UZ Uzbekistan|Uzbekistan
VA Vatican City|Thành Vatican
VC Saint Vincent and the Grenadines|Saint Vincent và Grenadines
VE Venezuela|Venezuela
VG British Virgin Islands|Quần đảo Virgin thuộc Anh
VI U.S. Virgin Islands|Quần đảo Virgin thuộc Mỹ
VN Vietnam|Việt Nam
VU Vanuatu|Vanuatu
WF Wallis and Futuna|Wallis và Futuna
WS Samoa|Samoa
YE Yemen|Yemen
YT Mayotte|Mayotte
ZA South Africa|Nam Phi
ZM Zambia|Zambia
ZW Zimbabwe|Zimbabwe
"""
HOME = "VN"
COUNTRIES: dict[str, tuple[str, str]] = {
    line[:2]: (line[3:].split("|")[0], line[3:].split("|")[1]) for line in _TABLE.strip().splitlines()
}


def country_name(code: str) -> str:
    """In the reader's language; a code we do not know is its own name."""
    english, vietnamese = COUNTRIES.get(code, (code, code))
    return vietnamese if get_language() == "vi" else english


def country_choices() -> list[tuple[str, str]]:
    """For a form: home first, the others as the reader's dictionary lists them."""
    others = sorted(
        ((code, country_name(code)) for code in COUNTRIES if code != HOME), key=lambda pair: sort_key(pair[1])
    )
    return [(HOME, country_name(HOME)), *others]
