'use strict';

// Messages as the tests write them down (see Notation.java), to and from what rhea makes of them.

const rhea = require('rhea');
const types = rhea.types;

const ARRAY_CODES = {
    boolean: 0x56, ubyte: 0x50, ushort: 0x60, uint: 0x70, ulong: 0x80, byte: 0x51, short: 0x61, int: 0x71, long: 0x81,
    float: 0x72, double: 0x82, char: 0x73, timestamp: 0x83, uuid: 0x98, binary: 0xb0, string: 0xb1, symbol: 0xb3,
};

const NAMES = {
    Null: 'null', Boolean: 'boolean', True: 'boolean', False: 'boolean', Ubyte: 'ubyte', Ushort: 'ushort',
    Uint: 'uint', SmallUint: 'uint', Uint0: 'uint', Ulong: 'ulong', SmallUlong: 'ulong', Ulong0: 'ulong', Byte: 'byte',
    Short: 'short', Int: 'int', SmallInt: 'int', Long: 'long', SmallLong: 'long', Float: 'float', Double: 'double',
    Decimal32: 'decimal32', Decimal64: 'decimal64', Decimal128: 'decimal128', CharUTF32: 'char', Timestamp: 'timestamp',
    Uuid: 'uuid', Vbin8: 'binary', Vbin32: 'binary', Str8: 'string', Str32: 'string', Sym8: 'symbol', Sym32: 'symbol',
    List0: 'list', List8: 'list', List32: 'list', Map8: 'map', Map32: 'map', Array8: 'array', Array32: 'array',
};

function bytes64(text) {
    const buffer = Buffer.alloc(8);
    buffer.writeBigUInt64BE(BigInt.asUintN(64, BigInt(text)));
    return buffer;
}

/** What rhea wants to be given for a value of a simple type. */
function plain(type, payload) {
    switch (type) {
    case 'null': return null;
    case 'boolean': return payload === 'true';
    case 'ulong': case 'long': return bytes64(payload);
    case 'float': return Buffer.from(payload, 'hex').readFloatBE();
    case 'double': return Buffer.from(payload, 'hex').readDoubleBE();
    case 'decimal32': case 'decimal64': case 'decimal128': case 'binary': return Buffer.from(payload, 'hex');
    case 'uuid': return Buffer.from(payload.replace(/-/g, ''), 'hex');
    case 'string': case 'symbol': return payload;
    default: return Number(payload);
    }
}

function typed(value) {
    const [type, payload, more] = value;
    switch (type) {
    case 'null': return types.wrap(null);
    case 'list': return types.wrap_list(payload.map(typed));
    case 'map': return types.Map32(payload.flatMap(([key, entry]) => [typed(key), typed(entry)]));
    case 'array': return types.wrap_array(more.map(each => plain(payload, each)), ARRAY_CODES[payload]);
    case 'described': return types.described(typed(payload), typed(more));
    case 'decimal32': return types.Decimal32(plain(type, payload));
    case 'decimal64': return types.Decimal64(plain(type, payload));
    case 'decimal128': return types.Decimal128(plain(type, payload));
    default: return types['wrap_' + type](plain(type, payload));
    }
}

function map(value) {
    return Object.fromEntries(value[1].map(([name, entry]) => [name[1], typed(entry)]));
}

/** A message of rhea, and the bytes of a footer, which it would write with strings as keys. */
function encode(note) {
    const message = {};
    const header = note.header || {};
    if (header.durable) message.durable = header.durable[1] === 'true';
    if (header.priority) message.priority = Number(header.priority[1]);
    if (header.ttl) message.ttl = Number(header.ttl[1]);
    if (note['delivery-annotations']) message.delivery_annotations = map(note['delivery-annotations']);
    if (note['message-annotations']) message.message_annotations = map(note['message-annotations']);
    for (const [name, value] of Object.entries(note.properties || {})) {
        const field = name.replace(/-/g, '_');
        message[field] = name === 'message-id' || name === 'correlation-id' ? typed(value) : plain(...value);
    }
    if (note['application-properties']) message.application_properties = map(note['application-properties']);
    message.body = body(note.body);
    const encoded = rhea.message.encode(message);
    if (!note.footer) return encoded;
    const writer = new types.Writer();
    writer.write(types.described(types.wrap_ulong(0x78), typed(note.footer)));
    return Buffer.concat([encoded, writer.toBuffer()]);
}

function body(sections) {
    const [kind] = Object.keys(sections[0]);
    if (kind === 'value') return typed(sections[0].value);
    const contents = sections.map(section =>
        kind === 'data' ? Buffer.from(section.data, 'hex') : section.sequence[1].map(typed));
    if (kind === 'data') {
        return contents.length === 1 ? rhea.message.data_section(contents[0]) : rhea.message.data_sections(contents);
    }
    return contents.length === 1 ? rhea.message.sequence_section(contents[0]) : rhea.message.sequence_sections(contents);
}

function whole(value, signed) {
    if (!Buffer.isBuffer(value)) return String(value);
    return String(signed ? value.readBigInt64BE() : value.readBigUInt64BE());
}

function payloadOf(name, value) {
    switch (name) {
    case 'ulong': return whole(value, false);
    case 'long': return whole(value, true);
    case 'timestamp': return String(value.getTime());
    case 'float': { const buffer = Buffer.alloc(4); buffer.writeFloatBE(value); return buffer.toString('hex'); }
    case 'double': { const buffer = Buffer.alloc(8); buffer.writeDoubleBE(value); return buffer.toString('hex'); }
    case 'decimal32': case 'decimal64': case 'decimal128': case 'binary': return value.toString('hex');
    case 'uuid': return value.toString('hex').replace(/(.{8})(.{4})(.{4})(.{4})(.{12})/, '$1-$2-$3-$4-$5');
    case 'boolean': return String(Boolean(value));
    default: return String(value);
    }
}

function noteOf(value) {
    const described = value.descriptor;
    const note = undescribed(value);
    return described ? ['described', noteOf(described), note] : note;
}

function undescribed(value) {
    const name = NAMES[value.type.name];
    switch (name) {
    case 'null': return ['null'];
    case 'list': return ['list', value.value.map(noteOf)];
    case 'map': {
        const entries = [];
        for (let i = 0; i < value.value.length; i += 2) entries.push([noteOf(value.value[i]), noteOf(value.value[i + 1])]);
        return ['map', entries];
    }
    case 'array': {
        const element = NAMES[types.by_code[value.array_constructor.typecode].name];
        return ['array', element, value.value.map(each => payloadOf(element, each.value))];
    }
    default: return [name, payloadOf(name, value.value)];
    }
}

const HEADER = ['durable', 'priority', 'ttl', 'first-acquirer', 'delivery-count'];
const PROPERTIES = ['message-id', 'user-id', 'to', 'subject', 'reply-to', 'correlation-id', 'content-type',
    'content-encoding', 'absolute-expiry-time', 'creation-time', 'group-id', 'group-sequence', 'reply-to-group-id'];

function fields(names, list) {
    const note = {};
    list.value.forEach((value, i) => {
        if (value.type.name !== 'Null') note[names[i]] = noteOf(value);
    });
    return note;
}

function decode(encoded) {
    const reader = new types.Reader(encoded);
    const note = {body: []};
    while (reader.remaining()) {
        const section = reader.read();
        switch (Number(section.descriptor.value)) {
        case 0x70: note.header = fields(HEADER, section); break;
        case 0x71: note['delivery-annotations'] = undescribed(section); break;
        case 0x72: note['message-annotations'] = undescribed(section); break;
        case 0x73: note.properties = fields(PROPERTIES, section); break;
        case 0x74: note['application-properties'] = undescribed(section); break;
        case 0x75: note.body.push({data: section.value.toString('hex')}); break;
        case 0x76: note.body.push({sequence: undescribed(section)}); break;
        case 0x77: note.body.push({value: undescribed(section)}); break;
        case 0x78: note.footer = undescribed(section); break;
        default: throw new Error('unknown section ' + section.descriptor.value);
        }
    }
    return note;
}

module.exports = {encode, decode};
