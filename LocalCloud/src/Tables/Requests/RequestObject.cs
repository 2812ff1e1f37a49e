using System.Text.Json;
using LocalCloud.Protocol;

namespace LocalCloud.Tables.Requests;

/// <summary>
/// A structure in the request of a control operation. It is read as a document, because such requests are rare. A null
/// member counts as missing.
/// </summary>
internal readonly struct RequestObject(JsonElement element)
{
    private const string Structure = "Start of structure or map found where not expected";

    public static RequestObject Parse(ReadOnlyMemory<byte> body)
    {
        using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 64 });
        return document.RootElement.ValueKind is JsonValueKind.Object
            ? new(document.RootElement.Clone())
            : throw JsonTypes.Error("Unexpected value type in payload");
    }

    public string? String(string name) =>
        Find(name) is not { } value ? null
        : value.ValueKind is JsonValueKind.String ? Text(value)
        : throw WrongScalar(value, "String");

    public long? Integer(string name, string type = "Long") =>
        Find(name) is not { } value ? null
        : value.ValueKind is JsonValueKind.Number
            ? (long)
                Math.Clamp(
                    Math.Floor(value.GetDouble()),
                    type is "Integer" ? int.MinValue : long.MinValue,
                    type is "Integer" ? int.MaxValue : (double)long.MaxValue
                )
        : throw WrongScalar(value, type);

    public bool? Boolean(string name) =>
        Find(name) is not { } value
            ? null
            : value.ValueKind switch
            {
                JsonValueKind.True => true,
                JsonValueKind.False => false,
                JsonValueKind.String => Text(value).ToUpperInvariant() switch
                {
                    "TRUE" or "1" or "YES" => true,
                    "FALSE" or "0" or "NO" => false,
                    _ => throw JsonTypes.Error("Unexpected token received from parser"),
                },
                _ => throw WrongScalar(value, "Boolean"),
            };

    /// <summary>Returns a member that is a structure.</summary>
    public RequestObject? Object(string name, string @class)
    {
        if (Find(name) is not { } value)
            return null;
        return value.ValueKind switch
        {
            JsonValueKind.Object => new(value),
            JsonValueKind.Array => throw WrongCollection(@class),
            _ => throw JsonTypes.Error("Unexpected field type"),
        };
    }

    /// <summary>Returns a member that is a list of structures.</summary>
    public List<RequestObject>? Objects(string name, string @class) =>
        Elements(name)
            ?.Select(value =>
                value.ValueKind switch
                {
                    JsonValueKind.Object => new RequestObject(value),
                    JsonValueKind.Array => throw WrongCollection(@class),
                    _ => throw JsonTypes.Error("Unexpected value type in payload"),
                }
            )
            .ToList();

    /// <summary>Returns a member that is a list of strings.</summary>
    public List<string>? Strings(string name) =>
        Elements(name)
            ?.Select(value =>
                value.ValueKind is JsonValueKind.String ? Text(value) : throw WrongScalar(value, "String")
            )
            .ToList();

    public override string ToString() => element.GetRawText();

    private List<JsonElement>? Elements(string name)
    {
        if (Find(name) is not { } value)
            return null;
        return value.ValueKind switch
        {
            JsonValueKind.Array =>
            [
                .. value.EnumerateArray().Where(child => child.ValueKind is not JsonValueKind.Null),
            ],
            JsonValueKind.Object => throw JsonTypes.Error(Structure),
            _ => throw JsonTypes.Error("Unexpected field type"),
        };
    }

    private JsonElement? Find(string name)
    {
        try
        {
            return element.TryGetProperty(name, out var value) && value.ValueKind is not JsonValueKind.Null
                ? value
                : null;
        }
        catch (InvalidOperationException)
        {
            // The name of another member is not valid text.
            throw UnpairedSurrogate();
        }
    }

    private static string Text(JsonElement value)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw UnpairedSurrogate();
        }
    }

    private static AwsException UnpairedSurrogate() => JsonTypes.Error("The request has half of a surrogate pair");

    private static AwsException WrongCollection(string @class) =>
        JsonTypes.Error($"Unrecognized collection type class com.amazonaws.dynamodb.v20120810.{@class}");

    private static AwsException WrongScalar(JsonElement value, string type) =>
        JsonTypes.Error(
            value.ValueKind switch
            {
                JsonValueKind.True => $"TRUE_VALUE cannot be converted to {type}",
                JsonValueKind.False => $"FALSE_VALUE cannot be converted to {type}",
                JsonValueKind.String => $"STRING_VALUE cannot be converted to {type}",
                JsonValueKind.Number when value.GetDouble() % 1 == 0 => $"NUMBER_VALUE cannot be converted to {type}",
                JsonValueKind.Number => $"DECIMAL_VALUE cannot be converted to {type}",
                JsonValueKind.Array => $"Unrecognized collection type class java.lang.{type}",
                _ => Structure,
            }
        );
}
