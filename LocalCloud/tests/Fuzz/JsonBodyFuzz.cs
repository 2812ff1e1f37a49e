using System.Text;
using System.Text.Json.Nodes;

namespace LocalCloud.Tests.Fuzz;

/// <summary>
/// Writes the JSON of a call with wrong types, nesting and numbers, duplicate members, and invalid bytes.
/// </summary>
internal sealed class JsonBodyFuzz(Random random)
{
    private static readonly string[] s_values =
    [
        "null",
        "true",
        "false",
        "0",
        "-1",
        "-0",
        "1.5",
        "1e400",
        "-1e400",
        "1e-400",
        "99999999999999999999999999",
        "9223372036854775808",
        "-9223372036854775809",
        "2147483648",
        "1E+2",
        "01",
        "+1",
        ".5",
        "NaN",
        "Infinity",
        "\"\"",
        "\" \"",
        "\"\\u0000\"",
        "\"\\ud800\"",
        "\"\\udc00\\ud800\"",
        "\"\\uD83D\\uDE00\"",
        "\"*\"",
        "\"=\"",
        "\"AAA\"",
        "\"A===\"",
        "\"AAAA\\u002B\\/==\"",
        "\"..\"",
        "\"../../escape\"",
        "\"/etc/passwd\"",
        "\"a/b\"",
        "\"CON\"",
        "\"-1\"",
        "\"340282366920938463463374607431768211456\"",
        "\"arn:aws:kinesis:::stream/\"",
        "\"arn:aws:s3:::s\"",
        "\"shardId-999999999999\"",
        "\"shardId-\"",
        "\"1970-01-01T00:00:00Z\"",
        "\"LATEST\"",
        "\"TRIM_HORIZON\"",
        "[]",
        "{}",
        "[[]]",
        "[null]",
        "[{}]",
        "{\"\":null}",
        "{\"a\":{\"a\":{}}}",
        "'x'",
        "\"",
        "\"\\x\"",
        "\"\\u12\"",
        "/*c*/1",
        "1//c",
        "undefined",
        "tru",
        "",
        ",",
        "]",
        "}",
        "\u0001",
        "\"\u0001\"",
        "\ufeff\"s\"",
    ];

    private readonly StringBuilder _json = new();
    private int _odds;

    public byte[] Next(JsonNode call)
    {
        _json.Clear();
        _odds = random.Next(5) switch
        {
            0 => 2,
            1 => 50,
            _ => 8,
        };
        Write(call);
        if (random.Next(10) == 0)
            _json.Append(s_values[random.Next(s_values.Length)]);
        var bytes = Encoding.UTF8.GetBytes(_json.ToString());
        if (bytes.Length == 0 || random.Next(6) > 0)
            return bytes;
        for (var i = random.Next(4); i >= 0; i--)
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        return random.Next(2) == 0 ? bytes : bytes[..random.Next(bytes.Length)];
    }

    private void Write(JsonNode? node)
    {
        if (random.Next(_odds) == 0 && node != node?.Root)
        {
            WriteOdd();
            return;
        }
        switch (node)
        {
            case JsonObject members:
                _json.Append('{');
                var first = true;
                foreach (var (name, value) in members)
                {
                    for (
                        var times =
                            random.Next(3 * _odds) == 0 ? 2
                            : random.Next(3 * _odds) == 0 ? 0
                            : 1;
                        times > 0;
                        times--
                    )
                    {
                        _json
                            .Append(first ? "" : ",")
                            .Append('"')
                            .Append(random.Next(4 * _odds) == 0 ? name.ToLowerInvariant() : name)
                            .Append("\":");
                        first = false;
                        Write(value);
                    }
                }
                _json.Append('}');
                break;
            case JsonArray items:
                _json.Append('[');
                for (var i = 0; i < items.Count; i++)
                {
                    _json.Append(i == 0 ? "" : ",");
                    Write(items[i]);
                }
                _json.Append(']');
                break;
            default:
                _json.Append(node?.ToJsonString() ?? "null");
                break;
        }
    }

    private void WriteOdd()
    {
        switch (random.Next(40))
        {
            case 0:
                var depth = random.Next(2) == 0 ? 60 + random.Next(10) : 2000;
                _json.Append('[', depth).Append(']', random.Next(2) == 0 ? depth : depth / 2);
                break;
            case 1:
                for (var i = random.Next(2) == 0 ? 70 : 1000; i > 0; i--)
                    _json.Append("{\"a\":");
                _json.Append('1');
                break;
            case 2:
                _json.Append('"').Append('x', random.Next(1, 10_000)).Append('"');
                break;
            case 3:
                _json.Append('9', random.Next(1, 1_000));
                break;
            default:
                _json.Append(s_values[random.Next(s_values.Length)]);
                break;
        }
    }
}
