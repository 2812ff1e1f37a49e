using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;

namespace LocalCloud.PostgresCopy;

/// <summary>Why a line is no row of the table.</summary>
/// <param name="Column">The column; null when the line as a whole is wrong.</param>
/// <param name="Reason">For people.</param>
internal readonly record struct RowError(string? Column, string Reason);

/// <summary>
/// Turns a line of JSON into a row, the way COPY's <c>json 'auto'</c> does: keys are column names, keys without a
/// column are ignored, columns without a key are null. Nothing is rounded or cut to fit.
/// </summary>
internal sealed class RowReader(TableColumn[] columns)
{
    private const int MostDigits = 28; // all that a decimal holds exactly

    private readonly Value[] _values = new Value[columns.Length];
    private byte[] _unescaped = new byte[1024];

    /// <summary>Appends the line's row, or nothing when it is none.</summary>
    public bool TryRead(ReadOnlySpan<byte> line, BinaryCopyBuffer output, out RowError error)
    {
        var length = output.Length;
        if (TryFind(line, out error) && TryWrite(line, output, out error))
            return true;
        output.CutAt(length);
        return false;
    }

    // Where each column's value stands in the line. Keys come in the order of the columns, mostly.
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
                        "A column takes a single value, not an object or an array."
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
            json.Read(); // throws when something follows the object
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
        output.Row(columns.Length);
        for (var i = 0; i < columns.Length; i++)
        {
            ref readonly var value = ref _values[i];
            if (value.Token is JsonTokenType.None or JsonTokenType.Null)
            {
                if (columns[i].Required)
                {
                    error = new RowError(columns[i].Name, "The column is NOT NULL, and the line has no value for it.");
                    return false;
                }
                output.Null();
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

    // The reason why the value does not fit, or null.
    private string? Write(ReadOnlySpan<byte> line, in Value value, TableColumn column, BinaryCopyBuffer output)
    {
        var text = line.Slice(value.Start, value.Length);
        if (value.IsEscaped && !TryUnescape(line, value, out text))
            return "The text has half of a surrogate pair.";
        switch (column.Type)
        {
            case ColumnType.Text:
                return WriteText(text, column, output);
            case ColumnType.Numeric:
                return WriteNumeric(text, column, output);
            case ColumnType.Int16
                when Utf8Parser.TryParse(text, out short number, out var consumed) && consumed == text.Length:
                output.Int16(number);
                return null;
            case ColumnType.Int32
                when Utf8Parser.TryParse(text, out int number, out var consumed) && consumed == text.Length:
                output.Int32(number);
                return null;
            case ColumnType.Int64
                when Utf8Parser.TryParse(text, out long number, out var consumed) && consumed == text.Length:
                output.Int64(number);
                return null;
            case ColumnType.Int16 or ColumnType.Int32 or ColumnType.Int64:
                return $"The value is not a whole number of the column's range ({column.Type}).";
            case ColumnType.Boolean when value.Token is JsonTokenType.True or JsonTokenType.False:
                output.Boolean(value.Token is JsonTokenType.True);
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
                output.Date(date);
                return null;
            case ColumnType.Date:
                return "The value is not a date (yyyy-MM-dd).";
            default:
                if (!TryReadTime(line, value, out var time))
                    return "The value is not an ISO 8601 time.";
                output.Timestamp(time);
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
            && Characters(text) is var characters
            && characters > column.MaxLength
        )
            return $"The text has {characters} characters; the column takes {column.MaxLength}.";
        output.Text(text);
        return null;
    }

    private static string? WriteNumeric(ReadOnlySpan<byte> text, TableColumn column, BinaryCopyBuffer output)
    {
        // decimal rounds what it cannot hold, so digits are counted first.
        if (Digits(text) > MostDigits)
            return $"The number has more than {MostDigits} digits or a large exponent.";
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
                return $"The number has more than the column's {column.Scale} decimal places.";
            if (decimal.Truncate(Math.Abs(number)) >= PowerOfTen(column.Precision - column.Scale))
                return $"The number has more than the column's {column.Precision - column.Scale} digits before the decimal point.";
        }
        output.Numeric(number);
        return null;

        // An exponent moves the point by so many places.
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

    // Without an offset a time is UTC's (the contract's rule); DateTimeOffset alone would take this machine's zone.
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

    // Code points, as Postgres counts: every byte but the continuations.
    private static int Characters(ReadOnlySpan<byte> utf8)
    {
        var count = 0;
        foreach (var character in utf8)
            count += (character & 0xC0) != 0x80 ? 1 : 0;
        return count;
    }

    private static decimal PowerOfTen(int exponent)
    {
        if (exponent > MostDigits)
            return decimal.MaxValue;
        var power = 1m;
        for (var i = 0; i < exponent; i++)
            power *= 10;
        return power;
    }

    private readonly record struct Value(JsonTokenType Token, int Start, int Length, bool IsEscaped);
}
