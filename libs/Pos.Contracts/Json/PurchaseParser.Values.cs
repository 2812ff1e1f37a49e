using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Pos.Contracts.Rules;
using static Pos.Contracts.PurchaseErrorCodes;

namespace Pos.Contracts.Json;

/// <summary>Reads single values and reports their errors.</summary>
internal ref partial struct PurchaseParser
{
    // Longer numbers are rare and take a heap allocation.
    private const int StackNumberCharacters = 128;

    private delegate FieldFault? WholeRule(ReadOnlySpan<char> number, out int value);

    private string? RequiredText(string field, bool repeats = false)
    {
        if (_json.TokenType != JsonTokenType.Null)
            return Text(field, repeats);
        ReportUnusable(field, "a string", required: true);
        return null;
    }

    /// <summary>
    /// Returns the string at the reader. Null for JSON's null; also for any other type, which is reported as an error.
    /// </summary>
    private string? Text(string field, bool repeats = false)
    {
        switch (_json.TokenType)
        {
            case JsonTokenType.Null:
                return null;
            case JsonTokenType.String when !_validUtf8 && !Utf8.IsValid(_json.ValueSpan):
                Report(field, InvalidUtf8, "is not UTF-8");
                return null;
            case JsonTokenType.String when !_json.ValueIsEscaped:
                return repeats ? StringPool.GetOrAdd(_json.ValueSpan) : Encoding.UTF8.GetString(_json.ValueSpan);
            case JsonTokenType.String:
                try
                {
                    return _json.GetString();
                }
                catch (InvalidOperationException)
                {
                    Report(field, InvalidCharacters, "has an unpaired surrogate escape (\\ud800 to \\udfff)");
                    return null;
                }
            default:
                ReportUnusable(field, "a string", required: false);
                return null;
        }
    }

    /// <summary>
    /// Returns the trace context at the reader. Null for any other value, without an error: a purchase does not depend
    /// on its trace.
    /// </summary>
    private string? TraceParent()
    {
        if (_json.TokenType == JsonTokenType.String && FieldRules.IsTraceParent(_json.ValueSpan))
            return Encoding.ASCII.GetString(_json.ValueSpan);
        _json.Skip();
        return null;
    }

    private DateTimeOffset? Time(string field, bool required)
    {
        var text = required ? RequiredText(field) : Text(field);
        if (text is null)
            return null;
        var fault = FieldRules.Time(text, out var utc);
        Check(field, fault);
        return fault is null ? utc : null;
    }

    private int? Whole(string field, WholeRule rule)
    {
        if (!IsNumber(field))
            return null;
        Span<char> digits = stackalloc char[StackNumberCharacters];
        var fault = rule(Digits(digits), out var value);
        Check(field, fault);
        return fault is null ? value : null;
    }

    private decimal? Price(string field)
    {
        if (!IsNumber(field))
            return null;
        Span<char> digits = stackalloc char[StackNumberCharacters];
        var fault = FieldRules.UnitPrice(Digits(digits), out var value);
        Check(field, fault);
        return fault is null ? value : null;
    }

    private bool IsNumber(string field)
    {
        if (_json.TokenType == JsonTokenType.Number)
            return true;
        ReportUnusable(field, "a number", required: true);
        return false;
    }

    /// <summary>Returns the number at the reader as characters. JSON's grammar allows ASCII only.</summary>
    private readonly ReadOnlySpan<char> Digits(Span<char> buffer)
    {
        var utf8 = _json.ValueSpan;
        if (utf8.Length > buffer.Length)
            return Encoding.ASCII.GetString(utf8);
        return buffer[..Encoding.ASCII.GetChars(utf8, buffer)];
    }

    /// <summary>Reports that the value at the reader has the wrong type, and skips it.</summary>
    private void ReportUnusable(string field, string needed, bool required)
    {
        var isNull = _json.TokenType == JsonTokenType.Null;
        if (isNull && required)
            Report(field, Required, $"is null; {needed} is needed");
        else
            Report(field, WrongType, $"is {TokenName(_json.TokenType)}; {needed} is needed");
        _json.Skip();
    }

    private void Check(string field, FieldFault? fault)
    {
        if (fault is { } found)
            Report(field, found.Code, found.Message);
    }

    /// <summary>
    /// Adds an error of a header field, or of a field of the current line. An empty name means the whole.
    /// </summary>
    private void Report(string field, string code, string message)
    {
        _errors ??= [];
        if (_errors.Count >= PurchaseLimits.MaxErrors)
            return;
        var path =
            _lineIndex == NoLine ? field
            : field.Length == 0 ? $"lines[{_lineIndex}]"
            : $"lines[{_lineIndex}].{field}";
        _errors.Add(new PurchaseError(path, code, message));
    }

    private static string TokenName(JsonTokenType token) =>
        token switch
        {
            JsonTokenType.StartObject => "an object",
            JsonTokenType.StartArray => "an array",
            JsonTokenType.String => "a string",
            JsonTokenType.Number => "a number",
            JsonTokenType.True or JsonTokenType.False => "true or false",
            _ => "null",
        };
}
