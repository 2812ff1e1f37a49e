using System.Buffers.Text;
using System.Text.Json;
using LocalCloud.Tables.Values;

namespace LocalCloud.Tables.Requests;

/// <summary>
/// Encodes the attribute values of a request. A wrong JSON type fails the request at once. For a value that DynamoDB
/// rejects, the error message is kept: AWS reports it later in its order of validation.
/// </summary>
internal static class AttributeValueReader
{
    private const int MaxNesting = 32;
    private const string Invalid = "One or more parameter values were invalid: ";
    private const string Nested = "Nesting Levels have exceeded supported limits";

    private const string Empty =
        "Supplied AttributeValue is empty, must contain exactly one of the supported datatypes";

    public const string MoreThanOne =
        "Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes";

    /// <summary>Reads a map of names and values, to its end.</summary>
    /// <returns>Null for a JSON null.</returns>
    public static RequestMap? ReadMap(ref Utf8JsonReader json, ValueBuffer buffer, JsonTokenType? parameterized = null)
    {
        if (
            parameterized is { } start
                ? !JsonTypes.EnterParameterized(ref json, start)
                : !JsonTypes.EnterMap(ref json, JsonTypes.AttributeValueClass)
        )
            return null;
        var begin = buffer.Length;
        var map = new RequestMap();
        string? error = null;
        ReadEntries(ref json, buffer, 0, ref error, map);
        map.Error = error;
        buffer.SortMap(begin);
        map.Map = new AttributeMap(buffer.Slice(begin));
        return map;
    }

    /// <summary>Reads one value: an element of a map or list, or a member of a structure.</summary>
    /// <returns>A missing value for a JSON null.</returns>
    public static AttributeValue ReadValue(
        ref Utf8JsonReader json,
        ValueBuffer buffer,
        out string? error,
        bool member = false
    )
    {
        error = null;
        var entered = member
            ? JsonTypes.EnterMember(ref json, "AttributeValue")
            : JsonTypes.EnterElement(ref json, "AttributeValue");
        if (!entered)
            return default;
        var begin = buffer.Length;
        ReadEntered(ref json, buffer, 0, ref error);
        return new(buffer.Slice(begin));
    }

    private static void ReadEntries(
        ref Utf8JsonReader json,
        ValueBuffer buffer,
        int depth,
        ref string? error,
        RequestMap? top = null
    )
    {
        while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
        {
            var begin = buffer.Length;
            AppendText(ref json, buffer);
            json.Read();
            if (!JsonTypes.EnterElement(ref json, "AttributeValue"))
            {
                buffer.Truncate(begin);
                continue;
            }
            ReadEntered(ref json, buffer, depth, ref error);
            if (top is not null)
                top.Count++;
        }
    }

    // The reader is at the value's opening brace.
    private static void ReadEntered(ref Utf8JsonReader json, ValueBuffer buffer, int depth, ref string? error)
    {
        var (begin, types) = (buffer.Length, 0);
        while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
        {
            var type = AttributeTypes.Parse(json.ValueSpan);
            json.Read();
            if (type is null || json.TokenType is JsonTokenType.Null)
            {
                json.Skip();
                continue;
            }
            types++;
            var length = buffer.Length;
            ReadContent(ref json, buffer, type.Value, depth, ref error);
            if (types > 1)
                buffer.Truncate(length);
        }
        if (types == 0)
        {
            error ??= Empty;
            buffer.AppendScalar(AttributeType.NULL, []);
        }
        else if (types > 1)
        {
            error ??= MoreThanOne;
        }
    }

    private static void ReadContent(
        ref Utf8JsonReader json,
        ValueBuffer buffer,
        AttributeType type,
        int depth,
        ref string? error
    )
    {
        switch (type)
        {
            case AttributeType.S:
                if (!JsonTypes.IsString(ref json))
                    return;
                buffer.Append([(byte)AttributeType.S]);
                AppendText(ref json, buffer);
                break;
            case AttributeType.N:
                if (!JsonTypes.IsString(ref json))
                    return;
                buffer.Append([(byte)AttributeType.N]);
                AppendNumber(ref json, buffer, ref error);
                break;
            case AttributeType.B:
                if (json.TokenType is not JsonTokenType.String)
                    throw JsonTypes.NotBinary(ref json);
                buffer.Append([(byte)AttributeType.B]);
                AppendBinary(ref json, buffer);
                break;
            case AttributeType.BOOL:
                buffer.AppendScalar(AttributeType.BOOL, [JsonTypes.ReadBoolean(ref json) is true ? (byte)1 : (byte)0]);
                break;
            case AttributeType.NULL:
                if (JsonTypes.ReadBoolean(ref json) is not true)
                    error ??= Invalid + "Null attribute value types must have the value of true";
                buffer.AppendScalar(AttributeType.NULL, []);
                break;
            case AttributeType.L:
                ReadList(ref json, buffer, depth + 1, ref error);
                break;
            case AttributeType.M:
                JsonTypes.EnterMap(ref json, JsonTypes.AttributeValueClass);
                var map = buffer.Begin(AttributeType.M);
                CheckDepth(depth + 1, ref error);
                ReadEntries(ref json, buffer, depth + 1, ref error);
                buffer.SortMap(map);
                buffer.End(map);
                break;
            default:
                ReadSet(ref json, buffer, type, ref error);
                break;
        }
    }

    private static void ReadList(ref Utf8JsonReader json, ValueBuffer buffer, int depth, ref string? error)
    {
        JsonTypes.EnterList(ref json);
        CheckDepth(depth, ref error);
        var list = buffer.Begin(AttributeType.L);
        while (json.Read() && json.TokenType is not JsonTokenType.EndArray)
        {
            if (JsonTypes.EnterElement(ref json, "AttributeValue"))
                ReadEntered(ref json, buffer, depth, ref error);
        }
        buffer.End(list);
    }

    private static void ReadSet(ref Utf8JsonReader json, ValueBuffer buffer, AttributeType type, ref string? error)
    {
        JsonTypes.EnterList(ref json);
        var set = buffer.Begin(type);
        while (json.Read() && json.TokenType is not JsonTokenType.EndArray)
        {
            if (json.TokenType is JsonTokenType.Null)
                continue;
            if (type is AttributeType.BS)
            {
                if (json.TokenType is not JsonTokenType.String)
                    throw JsonTypes.NotBinary(ref json);
                AppendBinary(ref json, buffer);
            }
            else if (JsonTypes.IsString(ref json))
            {
                if (type is AttributeType.NS)
                    AppendNumber(ref json, buffer, ref error);
                else
                    AppendText(ref json, buffer);
            }
        }
        buffer.End(set);
        error ??= SetRules.Check(type, buffer.Written[set..]);
    }

    private static void CheckDepth(int depth, ref string? error)
    {
        if (depth > MaxNesting)
            error ??= Nested;
    }

    private static void AppendText(ref Utf8JsonReader json, ValueBuffer buffer)
    {
        if (!json.ValueIsEscaped)
        {
            buffer.AppendCounted(json.ValueSpan);
            return;
        }
        buffer.AppendCounted(JsonTypes.Unescape(ref json));
    }

    private static void AppendNumber(ref Utf8JsonReader json, ValueBuffer buffer, ref string? error)
    {
        var text = json.ValueIsEscaped ? JsonTypes.Unescape(ref json) : json.ValueSpan;
        Span<byte> canonical = stackalloc byte[NumberText.MaxLength];
        var refused = NumberText.Normalize(text, canonical, out var length);
        error ??= refused;
        buffer.AppendCounted(refused is null ? canonical[..length] : "0"u8);
    }

    private static void AppendBinary(ref Utf8JsonReader json, ValueBuffer buffer)
    {
        var text = json.ValueIsEscaped ? JsonTypes.Unescape(ref json) : json.ValueSpan;
        if (text.Length % 4 != 0)
            throw JsonTypes.Error($"Base64 encoded length is expected a multiple of 4 bytes but found: {text.Length}");
        var bytes = new byte[Base64.GetMaxDecodedFromUtf8Length(text.Length)];
        if (Base64.DecodeFromUtf8(text, bytes, out _, out var written) is not System.Buffers.OperationStatus.Done)
            throw JsonTypes.Error("Invalid last non-pad Base64 character dectected");
        buffer.AppendCounted(bytes.AsSpan(0, written));
    }
}
