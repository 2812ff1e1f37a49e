using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;

namespace LocalCloud.Objects.Bodies;

/// <summary>CRC-32C (Castagnoli, RFC 3720), with the processor's instruction if it has one.</summary>
internal sealed class Crc32CChecksum : Checksum
{
    private uint _crc = uint.MaxValue;

    public override void Append(ReadOnlySpan<byte> content)
    {
        var crc = _crc;
        var words = MemoryMarshal.Cast<byte, ulong>(content);
        foreach (var word in words)
            crc = BitOperations.Crc32C(
                crc,
                BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word)
            );
        foreach (var one in content[(words.Length * sizeof(ulong))..])
            crc = BitOperations.Crc32C(crc, one);
        _crc = crc;
    }

    public override byte[] Value()
    {
        var value = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(value, ~_crc);
        return value;
    }
}

/// <summary>CRC-64/NVME (NVM Express NVM Command Set 1.0d, section 5.2.1.3.4), eight bytes per step.</summary>
internal sealed class Crc64NvmeChecksum : Checksum
{
    private const ulong ReflectedPolynomial = 0x9A6C9329AC4BC9B5;
    private static readonly ulong[][] s_tables = CreateTables();
    private ulong _crc = ulong.MaxValue;

    public override void Append(ReadOnlySpan<byte> content)
    {
        var crc = _crc;
        var (t0, t1, t2, t3, t4, t5, t6, t7) = (
            s_tables[0],
            s_tables[1],
            s_tables[2],
            s_tables[3],
            s_tables[4],
            s_tables[5],
            s_tables[6],
            s_tables[7]
        );
        for (; content.Length >= 8; content = content[8..])
        {
            crc ^= BinaryPrimitives.ReadUInt64LittleEndian(content);
            crc =
                t7[crc & 0xFF]
                ^ t6[(crc >> 8) & 0xFF]
                ^ t5[(crc >> 16) & 0xFF]
                ^ t4[(crc >> 24) & 0xFF]
                ^ t3[(crc >> 32) & 0xFF]
                ^ t2[(crc >> 40) & 0xFF]
                ^ t1[(crc >> 48) & 0xFF]
                ^ t0[crc >> 56];
        }
        foreach (var one in content)
            crc = (crc >> 8) ^ t0[(crc ^ one) & 0xFF];
        _crc = crc;
    }

    public override byte[] Value()
    {
        var value = new byte[8];
        BinaryPrimitives.WriteUInt64BigEndian(value, ~_crc);
        return value;
    }

    private static ulong[][] CreateTables()
    {
        var tables = new ulong[8][];
        for (var table = 0; table < 8; table++)
        {
            tables[table] = new ulong[256];
            for (var i = 0; i < 256; i++)
            {
                var crc = table == 0 ? (ulong)i : tables[table - 1][i];
                for (var bit = 0; bit < 8; bit++)
                    crc = (crc >> 1) ^ ((crc & 1) * ReflectedPolynomial);
                tables[table][i] = crc;
            }
        }
        return tables;
    }
}
