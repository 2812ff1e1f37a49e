using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;

namespace LocalCloud.PostgresCopy;

/// <summary>The error for which a line is rejected.</summary>
/// <param name="Column">The column; null if the error is in the whole line.</param>
/// <param name="Reason">A description of the error.</param>
internal readonly record struct RowError(string? Column, string Reason);

/// <summary>
/// Converts a line of JSON to a row like COPY's <c>json 'auto'</c>: keys are column names, keys without a column are
/// ignored, columns without a key are null. Values are neither rounded nor truncated.
/// </summary>
internal sealed class RowReader(TableColumn[] columns)
{
    private const int MaxDigits = 28; // A decimal represents these exactly.

    private readonly Value[] _values = new Value[columns.Length];
    private byte[] _unescaped = new byte[1024];

    /// <summary>Appends the line's row. Appends nothing and returns false if the line is invalid.</summary>
    public bool TryRead(ReadOnlySpan<byte> line, BinaryCopyBuffer output, out RowError error)
    {
        var length = output.Length;
        if (TryFind(line, out error) && TryWrite(line, output, out error))
            return true;
        output.Truncate(length);
        return false;
    }

    // Finds each column's value in the line. Keys are usually in the order of the columns.
    private bool TryFind(ReadOnlySpan<byte> line, out RowError error)
    {
        error = default;
        Array.Clear(_values);
        if (!Utf8.IsValid(line))
        {
            error = new RowError(null, "The line is not UTF-8.");
            return false;
        }
        try
        {
            var json = new Utf8JsonReader(line);
            if (!json.Read() || json.TokenType is not JsonTokenType.StartObject)
            {
                error = new RowError(null, "The line is not a JSON object.");
                return false;
            }
            var expected = 0;
            while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
            {
                var column = IndexOf(ref json, expected);
                json.Read();
                if (column < 0)
                {
                    json.Skip();
                    continue;
                }
                expected = column + 1;
                if (json.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
                {
                    error = new RowError(
                        columns[column].Name,
                        "The value must be a single value, not an object or an array."
                    );
                    return false;
                }
                var isString = json.TokenType is JsonTokenType.String;
                _values[column] = new Value(
                    json.TokenType,
                    (int)json.TokenStartIndex + (isString ? 1 : 0),
                    json.ValueSpan.Length,
                    isString && json.ValueIsEscaped
                );
            }
            json.Read(); // Throws if anything follows the object.
            return true;
        }
        catch (JsonException exception)
        {
            error = new RowError(null, $"The line is not a JSON object: {exception.Message}");
            return false;
        }
    }

    private int IndexOf(ref Utf8JsonReader json, int expected)
    {
        if (expected < columns.Length && json.ValueTextEquals(columns[expected].Utf8Name))
            return expected;
        for (var i = 0; i < columns.Length; i++)
        {
            if (json.ValueTextEquals(columns[i].Utf8Name))
                return i;
        }
        return -1;
    }

    private bool TryWrite(ReadOnlySpan<byte> line, BinaryCopyBuffer output, out RowError error)
    {
        output.StartRow(columns.Length);
        for (var i = 0; i < columns.Length; i++)
        {
            ref readonly var value = ref _values[i];
            if (value.Token is JsonTokenType.None or JsonTokenType.Null)
            {
                if (columns[i].IsRequired)
                {
                    error = new RowError(columns[i].Name, "The column is NOT NULL, but the line has no value for it.");
                    return false;
                }
                output.WriteNull();
            }
            else if (Write(line, value, columns[i], output) is { } reason)
            {
                error = new RowError(columns[i].Name, reason);
                return false;
            }
        }
        error = default;
        return true;
    }

    // Returns the reason why the value is invalid, or null.
    private string? Write(ReadOnlySpan<byte> line, in Value value, TableColumn column, BinaryCopyBuffer output)
    {
        var text = line.Slice(value.Start, value.Length);
        if (value.IsEscaped && !TryUnescape(line, value, out text))
            return "The text has an unpaired surrogate.";
        switch (column.Type)
        {
            case ColumnType.Text:
                return WriteText(text, column, output);
            case ColumnType.Numeric:
                return WriteNumeric(text, column, output);
            case ColumnType.Int16
                when Utf8Parser.TryParse(text, out short number, out var consumed) && consumed == text.Length:
                output.WriteInt16(number);
                return null;
            case ColumnType.Int32
                when Utf8Parser.TryParse(text, out int number, out var consumed) && consumed == text.Length:
                output.WriteInt32(number);
                return null;
            case ColumnType.Int64
                when Utf8Parser.TryParse(text, out long number, out var consumed) && consumed == text.Length:
                output.WriteInt64(number);
                return null;
            case ColumnType.Int16 or ColumnType.Int32 or ColumnType.Int64:
                return $"The value is not a whole number of the column's range ({column.Type}).";
            case ColumnType.Boolean when value.Token is JsonTokenType.True or JsonTokenType.False:
                output.WriteBoolean(value.Token is JsonTokenType.True);
                return null;
            case ColumnType.Boolean:
                return "The value is not true or false.";
            case ColumnType.Date
                when DateOnly.TryParseExact(
                    System.Text.Encoding.UTF8.GetString(text),
                    "yyyy-MM-dd",
                    CultureInfo.InvariantCulture,
                    DateTimeStyles.None,
                    out var date
                ):
                output.WriteDate(date);
                return null;
            case ColumnType.Date:
                return "The value is not a date (yyyy-MM-dd).";
            default:
                if (!TryReadTime(line, value, out var time))
                    return "The value is not an ISO 8601 time.";
                output.WriteTimestamp(time);
                return null;
        }
    }

    private static string? WriteText(ReadOnlySpan<byte> text, TableColumn column, BinaryCopyBuffer output)
    {
        if (text.Contains((byte)0))
            return "The text has the character U+0000, which the warehouse cannot store.";
        if (
            column.MaxLength > 0
            && text.Length > column.MaxLength
            && CountCharacters(text) is var characters
            && characters > column.MaxLength
        )
            return $"The text has {characters} characters; the maximum is {column.MaxLength}.";
        output.WriteText(text);
        return null;
    }

    private static string? WriteNumeric(ReadOnlySpan<byte> text, TableColumn column, BinaryCopyBuffer output)
    {
        // Count digits first, because decimal rounds longer numbers.
        if (Digits(text) > MaxDigits)
            return $"The number has more than {MaxDigits} digits or a large exponent.";
        if (
            !decimal.TryParse(
                text,
                NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent,
                CultureInfo.InvariantCulture,
                out var number
            )
        )
            return "The value is not a number.";
        if (column.Precision > 0)
        {
            if (decimal.Round(number, column.Scale) != number)
                return $"The number has more than {column.Scale} decimal places.";
            if (decimal.Truncate(Math.Abs(number)) >= PowerOfTen(column.Precision - column.Scale))
                return $"The number has more than {column.Precision - column.Scale} digits before the decimal point.";
        }
        output.WriteNumeric(number);
        return null;

        // An exponent counts as that many digits.
        static int Digits(ReadOnlySpan<byte> text)
        {
            var mantissa = text.IndexOfAny((byte)'e', (byte)'E') is >= 0 and var at ? text[..at] : text;
            var digits = 0;
            foreach (var character in mantissa)
                digits += char.IsAsciiDigit((char)character) ? 1 : 0;
            if (mantissa.Length == text.Length)
                return digits;
            var exponent = text[(mantissa.Length + 1)..];
            return Utf8Parser.TryParse(exponent, out short places, out var consumed) && consumed == exponent.Length
                ? digits + Math.Abs((int)places)
                : int.MaxValue;
        }
    }

    // A time without an offset is UTC. DateTimeOffset alone would use this machine's time zone.
    private static bool TryReadTime(ReadOnlySpan<byte> line, in Value value, out DateTime time)
    {
        time = default;
        if (value.Token is not JsonTokenType.String)
            return false;
        var json = new Utf8JsonReader(line.Slice(value.Start - 1, value.Length + 2));
        json.Read();
        if (!json.TryGetDateTime(out time))
            return false;
        if (time.Kind is not DateTimeKind.Local)
            return true;
        var read = json.TryGetDateTimeOffset(out var offset);
        time = offset.UtcDateTime;
        return read;
    }

    private bool TryUnescape(ReadOnlySpan<byte> line, Value value, out ReadOnlySpan<byte> text)
    {
        if (_unescaped.Length < value.Length)
            _unescaped = new byte[value.Length * 2];
        var json = new Utf8JsonReader(line.Slice(value.Start - 1, value.Length + 2));
        json.Read();
        try
        {
            text = _unescaped.AsSpan(0, json.CopyString(_unescaped));
            return true;
        }
        catch (InvalidOperationException)
        {
            text = default;
            return false;
        }
    }

    // Counts code points like Postgres: all bytes except continuation bytes.
    private static int CountCharacters(ReadOnlySpan<byte> utf8)
    {
        var count = 0;
        foreach (var character in utf8)
            count += (character & 0xC0) != 0x80 ? 1 : 0;
        return count;
    }

    private static decimal PowerOfTen(int exponent)
    {
        if (exponent > MaxDigits)
            return decimal.MaxValue;
        var power = 1m;
        for (var i = 0; i < exponent; i++)
            power *= 10;
        return power;
    }

    private readonly record struct Value(JsonTokenType Token, int Start, int Length, bool IsEscaped);
}
