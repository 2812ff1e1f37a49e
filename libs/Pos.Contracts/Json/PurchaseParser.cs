using System.Text;
using System.Text.Json;
using System.Text.Unicode;
using Pos.Contracts.Rules;
using static Pos.Contracts.PurchaseErrorCodes;

namespace Pos.Contracts.Json;

/// <summary>Reads one purchase: keeps the values read so far and the errors found.</summary>
internal ref partial struct PurchaseParser
{
    private static readonly string[] s_header =
    [
        "purchase_id",
        "customer_id",
        "store_id",
        "purchased_at",
        "country",
        "currency",
        "lines",
        "ingested_at",
        "traceparent",
        "position",
    ];
    private const int HeaderFieldsOfTills = 7;
    private const int HeaderFieldsOfStream = 9;
    private const int IngestedAtField = 1 << 7;

    private readonly bool _isPost;
    private readonly bool _isLake;
    private readonly int _required; // One bit for each header field.
    private readonly bool _validUtf8;
    private readonly PurchaseRules _rules;
    private Utf8JsonReader _json;
    private List<PurchaseError>? _errors;

    private string? _purchaseId,
        _customerId,
        _storeId,
        _country,
        _currency,
        _traceParent,
        _position;
    private DateTimeOffset? _purchasedAt,
        _ingestedAt;

    private int _lineIndex = NoLine;
    private LineNumbers _lineNumbers;
    private List<PurchaseLine>? _lines;
    private List<(int Index, DateTimeOffset At)>? _timedLines;

    /// <param name="utf8Json">One JSON object.</param>
    /// <param name="rules">Null for a purchase that is already accepted.</param>
    /// <param name="isLake">True for a lake line, false for a stream line.</param>
    /// <param name="usualIngestedAt">Default for an accepted purchase without <c>ingested_at</c>; null makes the field
    /// required.</param>
    public PurchaseParser(
        ReadOnlySpan<byte> utf8Json,
        PurchaseRules? rules,
        bool isLake = false,
        DateTimeOffset? usualIngestedAt = null
    )
    {
        _required =
            rules is not null ? 0b100_1001
            : isLake ? 0b10_1110_1001
            : 0b1110_1001;
        if (usualIngestedAt is { } usual)
        {
            _ingestedAt = UtcTime.ToMicrosecond(usual);
            _required &= ~IngestedAtField;
        }
        _isPost = rules is not null;
        _isLake = isLake;
        _rules = rules ?? default;
        _json = new Utf8JsonReader(utf8Json);
        _validUtf8 = Utf8.IsValid(utf8Json);
        if (_isPost && utf8Json.Length > PurchaseLimits.MaxPostedBytes)
            Report(
                "",
                TooLong,
                $"has {utf8Json.Length} bytes; at most {PurchaseLimits.MaxPostedBytes} are allowed: "
                    + "send it in several posts"
            );
    }

    public PurchaseReading Read()
    {
        try
        {
            _json.Read();
            if (_json.TokenType == JsonTokenType.StartObject)
            {
                ReadHeader();
                _json.Read(); // Throws if anything follows the object.
            }
            else
            {
                Report("", WrongType, $"is {TokenName(_json.TokenType)}; a purchase is a JSON object");
            }
        }
        catch (JsonException notJson)
        {
            _lineIndex = NoLine;
            if (_validUtf8)
                Report("", InvalidJson, notJson.Message);
        }

        if (!_validUtf8 && (_errors is null || !_errors.Exists(static error => error.Code == InvalidUtf8)))
            Report("", InvalidUtf8, "is not UTF-8");
        return _errors is null
            ? new PurchaseReading(Accepted(), _purchaseId, [])
            : new PurchaseReading(null, _purchaseId, _errors);
    }

    private readonly AcceptedPurchase Accepted() =>
        new(
            new Purchase
            {
                PurchaseId = _purchaseId!,
                CustomerId = _customerId,
                StoreId = _storeId,
                PurchasedAt = _purchasedAt!.Value,
                Country = _country,
                Currency = _currency ?? _rules.DefaultCurrency,
                Lines = _lines!,
            },
            _isPost ? UtcTime.ToMicrosecond(_rules.Now) : _ingestedAt!.Value,
            _traceParent,
            _position
        );

    private void ReadHeader()
    {
        var fields = s_header.AsSpan(
            0,
            _isPost ? HeaderFieldsOfTills
                : _isLake ? s_header.Length
                : HeaderFieldsOfStream
        );
        var seen = 0;
        var expected = 0;
        while (_json.Read() && _json.TokenType == JsonTokenType.PropertyName)
        {
            var field = FieldAt(fields, ref expected, ref seen);
            _json.Read();
            switch (field)
            {
                case 0:
                    _purchaseId = RequiredText("purchase_id");
                    Check("purchase_id", _purchaseId is null ? null : FieldRules.PurchaseId(_purchaseId));
                    break;
                case 1:
                    _customerId = Text("customer_id");
                    Check("customer_id", _customerId is null ? null : FieldRules.CustomerId(_customerId));
                    break;
                case 2:
                    _storeId = Text("store_id", repeats: true);
                    Check("store_id", _storeId is null ? null : FieldRules.Label(_storeId));
                    break;
                case 3:
                    _purchasedAt = Time("purchased_at", required: true);
                    break;
                case 4:
                    _country = Text("country", repeats: true);
                    Check("country", _country is null ? null : FieldRules.Label(_country));
                    break;
                case 5:
                    _currency = _isPost ? Text("currency", repeats: true) : RequiredText("currency", repeats: true);
                    Check("currency", _currency is null ? null : FieldRules.Currency(_currency));
                    break;
                case 6:
                    ReadLines();
                    break;
                case 7:
                    _ingestedAt = Time("ingested_at", required: true);
                    break;
                case 8:
                    _traceParent = TraceParent();
                    break;
                case 9:
                    _position = RequiredText("position");
                    Check("position", _position is null ? null : FieldRules.Position(_position));
                    break;
                default:
                    _json.Skip();
                    break;
            }
        }

        ReportMissing(fields, seen, _required);
        CheckTimes();
    }

    /// <summary>
    /// Checks the times after all fields are read: their upper bound depends on the time of acceptance, which may come
    /// last in the text.
    /// </summary>
    private void CheckTimes()
    {
        if ((_isPost ? _rules.Now : _ingestedAt) is not { } accepted)
            return;
        if (_purchasedAt is { } purchased)
            Check("purchased_at", FieldRules.PurchasedWithin(purchased, accepted));
        if (_timedLines is null)
            return;
        foreach (var (index, time) in _timedLines)
        {
            _lineIndex = index;
            Check("purchased_at", FieldRules.PurchasedWithin(time, accepted));
        }
        _lineIndex = NoLine;
    }

    /// <summary>
    /// Returns the index of the property's name. Reports an unknown or repeated name and returns -1. Tries our own
    /// writer's order first.
    /// </summary>
    private int FieldAt(ReadOnlySpan<string> fields, ref int expected, ref int seen)
    {
        for (var i = 0; i < fields.Length; i++)
        {
            var at = (expected + i) % fields.Length;
            if (!_json.ValueTextEquals(fields[at]))
                continue;
            expected = at + 1;
            if ((seen & (1 << at)) != 0)
            {
                Report(fields[at], Duplicate, "occurs twice");
                return -1;
            }
            seen |= 1 << at;
            return at;
        }

        var name = Encoding.UTF8.GetString(
            _json.ValueSpan[..Math.Min(_json.ValueSpan.Length, PurchaseLimits.MaxNameCharacters)]
        );
        Report(
            name,
            UnknownField,
            $"is not a field of the contract; allowed are {string.Join(", ", fields.ToArray())}"
        );
        return -1;
    }

    private void ReportMissing(ReadOnlySpan<string> fields, int seen, int required)
    {
        if ((required & ~seen) == 0)
            return;
        for (var i = 0; i < fields.Length; i++)
        {
            if ((required & ~seen & (1 << i)) != 0)
                Report(fields[i], Required, "is missing");
        }
    }
}
