using System.Formats.Cbor;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace LocalCloud.Tests.Fuzz;

/// <summary>Writes the CBOR of a call with wrong types, lengths and nesting, and with invalid bytes.</summary>
internal sealed class CborBodyFuzz(Random random)
{
    private static readonly byte[][] s_values =
    [
        .. new[]
        {
            "F6",
            "F5",
            "F7",
            "F4",
            "00",
            "20",
            "1BFFFFFFFFFFFFFFFF",
            "3BFFFFFFFFFFFFFFFF",
            "1B7FFFFFFFFFFFFFFF",
            "3B7FFFFFFFFFFFFFFF",
            "FB7FF8000000000000",
            "FB7FF0000000000000",
            "FBFFF0000000000000",
            "F97E00",
            "F97C00",
            "FA7F7FFFFF",
            "40",
            "60",
            "80",
            "A0",
            "5F4100FF",
            "7F6161FF",
            "9FFF",
            "BFFF",
            "5F6161FF",
            "BF00FF",
            "5B7FFFFFFFFFFFFFFF",
            "5BFFFFFFFFFFFFFFFF",
            "7B7FFFFFFFFFFFFFFF",
            "9BFFFFFFFFFFFFFFFF",
            "9A7FFFFFFF",
            "BBFFFFFFFFFFFFFFFF",
            "BA7FFFFFFF",
            "5A00FFFFFF",
            "61C3",
            "62C328",
            "63EDA080",
            "6100",
            "C1FB7FF8000000000000",
            "C11B7FFFFFFFFFFFFFFF",
            "C13B7FFFFFFFFFFFFFFF",
            "C1F6",
            "C16161",
            "C06161",
            "C2410F",
            "C249FFFFFFFFFFFFFFFFFF",
            "C48201FB7FF0000000000000",
            "D9D9F700",
            "DBFFFFFFFFFFFFFFFF00",
            "1C",
            "1F",
            "3F",
            "5C",
            "FF",
            "F800",
            "F8FF",
            "FC",
            "A16141",
            "8181",
            "C1C1C1",
            "A20000",
            "A1A0A0",
            "A18080",
            "A1F6F6",
        }.Select(Convert.FromHexString),
    ];

    public byte[] Next(JsonNode call)
    {
        if (random.Next(30) == 0)
        {
            var noise = new byte[random.Next(100)];
            random.NextBytes(noise);
            return noise;
        }
        using var body = new MemoryStream();
        Write(
            body,
            call,
            odds: random.Next(5) switch
            {
                0 => 2,
                1 => 50,
                _ => 8,
            }
        );
        var bytes = body.ToArray();
        if (bytes.Length == 0 || random.Next(4) > 0)
            return bytes;
        for (var i = random.Next(4); i >= 0; i--)
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        return random.Next(2) == 0 ? bytes : bytes[..random.Next(bytes.Length)];
    }

    private void Write(MemoryStream body, JsonNode? node, int odds)
    {
        if (random.Next(odds) == 0 && node != node?.Root)
        {
            WriteOdd(body);
            return;
        }
        switch (node)
        {
            case JsonObject members:
                var endless = random.Next(2) == 0;
                body.WriteByte(
                    endless ? (byte)0xBF : (byte)(0xA0 | (members.Count + (random.Next(2 * odds) == 0 ? 1 : 0)))
                );
                foreach (var (name, value) in members)
                {
                    for (var times = random.Next(4 * odds) == 0 ? 2 : 1; times > 0; times--)
                    {
                        body.Write(Encode(writer => writer.WriteTextString(name)));
                        Write(body, value, odds);
                    }
                }
                if (endless)
                    body.WriteByte(0xFF);
                break;
            case JsonArray items:
                body.WriteByte((byte)(0x80 | items.Count));
                foreach (var item in items)
                    Write(body, item, odds);
                break;
            default:
                body.Write(Encode(writer => WriteScalar(writer, node)));
                break;
        }
    }

    private void WriteOdd(MemoryStream body)
    {
        if (random.Next(40) == 0)
        {
            var depth = random.Next(2) == 0 ? 60 + random.Next(10) : 2000;
            var nest = new byte[depth];
            nest.AsSpan()
                .Fill(
                    random.Next(3) switch
                    {
                        0 => 0x81,
                        1 => 0x9F,
                        _ => 0xC1,
                    }
                );
            body.Write(nest);
        }
        body.Write(s_values[random.Next(s_values.Length)]);
    }

    private void WriteScalar(CborWriter writer, JsonNode? node)
    {
        switch (node?.GetValueKind())
        {
            case JsonValueKind.String
                when random.Next(2) == 0 && Convert.TryFromBase64String(node.GetValue<string>(), new byte[64], out _):
                writer.WriteByteString(Convert.FromBase64String(node.GetValue<string>()));
                break;
            case JsonValueKind.String:
                writer.WriteTextString(node.GetValue<string>());
                break;
            case JsonValueKind.Number:
                writer.WriteDouble(node.GetValue<double>());
                break;
            case JsonValueKind.True:
                writer.WriteBoolean(true);
                break;
            default:
                writer.WriteNull();
                break;
        }
    }

    private static byte[] Encode(Action<CborWriter> write)
    {
        var writer = new CborWriter(CborConformanceMode.Lax);
        write(writer);
        return writer.Encode();
    }
}
