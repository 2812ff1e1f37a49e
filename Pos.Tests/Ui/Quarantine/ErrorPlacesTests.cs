using System.Text;
using Pos.Contracts;
using Pos.Contracts.Processor;
using Pos.Ui.Quarantine;
using Xunit;
using static Pos.Contracts.PurchaseErrorCodes;

namespace Pos.Tests.Ui.Quarantine;

[Fast]
public sealed class ErrorPlacesTests
{
    private const string Text =
        """{"purchase_id":"É1","lines":[{"product_id":"a","quantity":6},{"product_id":"b, {}","quantity":0,"loyalty":1}],"country":"x","country":"y"}""";

    [Theory]
    [InlineData("purchase_id", InvalidCharacters, "\"É1\"")]
    [InlineData("lines[1].quantity", OutOfRange, "0")]
    [InlineData("lines[1].product_id", TooLong, "\"b, {}\"")]
    [InlineData("lines[1].loyalty", UnknownField, "\"loyalty\"")]
    [InlineData("lines[0].unit_price", Required, "{")]
    [InlineData("lines", TooLong, "[")]
    [InlineData("ingested_at", Required, "{")]
    [InlineData("", WrongType, "{")]
    public void An_errors_place_is_its_value_or_name_or_what_lacks_it(string field, string code, string marked)
    {
        var place = Find(Text, field, code)!;
        Assert.Equal(marked, Text.Substring(place.Start, place.Length));
        Assert.Equal(
            (1, place.Start + 1, Encoding.UTF8.GetByteCount(Text[..place.Start])),
            (place.Line, place.Column, place.Byte)
        );
    }

    [Fact]
    public void What_is_there_twice_is_marked_where_it_is_for_the_second_time() =>
        Assert.Equal(
            Text.LastIndexOf("\"country\"", StringComparison.Ordinal),
            Find(Text, "country", Duplicate)!.Start
        );

    [Theory]
    [InlineData("not JSON", 2, "o")]
    [InlineData("{\"a\":1,\n \"b\":é}", 6, "é")]
    [InlineData("{} {}", 4, "{")]
    [InlineData("{\"cut\":\"off", 12, "")]
    [InlineData("", 1, "")]
    public void Where_JSON_breaks_is_marked_also_at_the_end(string text, int column, string marked)
    {
        var place = Find(text, "", InvalidJson)!;
        Assert.Equal((column, marked), (place.Column, text.Substring(place.Start, place.Length)));
    }

    [Fact]
    public void Errors_of_a_record_are_found_in_their_lines()
    {
        var text = $"{Text}\n\n{Text}\r\npoison";
        var (quantity, poison) = (Find(text, "[2].lines[1].quantity", OutOfRange)!, Find(text, "[3]", InvalidJson)!);
        Assert.Equal((3, "0"), (quantity.Line, text.Substring(quantity.Start, quantity.Length)));
        Assert.Equal((4, 1, "p"), (poison.Line, poison.Column, text.Substring(poison.Start, poison.Length)));
        Assert.Null(Find("", "", TooLong));
    }

    [Fact]
    public void Bytes_that_are_no_text_are_shown_and_marked_where_text_ends()
    {
        byte[] bytes = [.. "{\"purchase_id\":\"ü"u8, 0xff, .. "\"}"u8];
        var entry = Entry(
            null,
            Convert.ToBase64String(bytes),
            invalidUtf8At: 18,
            new PurchaseError("purchase_id", InvalidUtf8, "is not UTF-8")
        );
        var (text, places) = ErrorPlaces.OfEntry(entry);
        Assert.Equal("{\"purchase_id\":\"ü\uFFFD\"}", text);
        Assert.Equal(new TextPlace(17, 1, 1, 18, 18), places[0]);
    }

    [Fact]
    public void A_text_is_shown_whole_with_its_marks_in_order()
    {
        PurchaseError[] errors =
        [
            new("lines[1].quantity", OutOfRange, ""),
            new("currency", Required, ""),
            new("lines[1].loyalty", UnknownField, ""),
            new("ingested_at", Required, ""),
        ];
        var parts = MarkedText.Of(Text, ErrorPlaces.Find(Text, errors));
        Assert.Equal(Text, string.Concat(parts.Select(part => part.Text)));
        Assert.Equal(
            ["{:1,3", "0:0", "\"loyalty\":2"],
            parts.Where(part => part.Errors is not []).Select(part => $"{part.Text}:{string.Join(',', part.Errors)}")
        );
    }

    [Fact]
    public void Of_a_long_text_only_what_is_near_its_beginning_and_its_errors_is_shown()
    {
        var text = $$"""{"a":"{{new string('x', 200_000)}}","b":1,"c":"{{new string('y', 300_000)}}"}""";
        var parts = MarkedText.Of(text, ErrorPlaces.Find(text, [new("b", WrongType, "")]));
        Assert.Equal(text.Length, parts.Sum(part => part.Text.Length + part.LeftOut));
        Assert.InRange(parts.Sum(part => part.Text.Length), 1_000, 5_000);
        Assert.Equal("1", parts.Single(part => part.Errors is not []).Text);
    }

    internal static QuarantineView Entry(
        string? text,
        string? base64 = null,
        int? invalidUtf8At = null,
        params PurchaseError[] errors
    ) =>
        new(
            new()
            {
                Id = "1-shard-2-000000",
                Reason = "invalid_purchase",
                State = "open",
                ReplayBegun = false,
                PurchaseId = null,
                Ordinal = 0,
                FirstError = errors.FirstOrDefault(),
                ShardId = "shard",
                SequenceNumber = "2",
                ArrivedAt = DateTimeOffset.UnixEpoch,
                QuarantinedAt = DateTimeOffset.UnixEpoch,
                RawBytes = 1,
                Errors = errors.Length,
            },
            errors,
            text,
            base64,
            invalidUtf8At,
            null,
            null,
            null
        );

    private static TextPlace? Find(string text, string field, string code) =>
        ErrorPlaces.Find(text, [new(field, code, "")])[0];
}
