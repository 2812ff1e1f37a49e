using System.Text;
using Pos.Contracts;
using Xunit;
using static Pos.Contracts.PurchaseErrorCodes;
using static Pos.Tests.Contracts.PurchaseSamples;
using static Pos.Tests.Contracts.Readings;

namespace Pos.Tests.Contracts;

/// <summary>Tests the errors of texts without the structure of a purchase.</summary>
[Fast]
public sealed class PurchaseShapeTests
{
    [Fact]
    public void All_missing_fields_are_named()
    {
        var reading = PurchaseReader.ReadPosted("""{"lines":[{}]}"""u8, Rules);
        Assert.Equal(
            ["lines[0].product_id", "lines[0].quantity", "lines[0].unit_price", "purchase_id", "purchased_at"],
            reading.Errors.Select(error => error.Field)
        );
        Assert.All(reading.Errors, error => Assert.Equal(Required, error.Code));
        Assert.Equal(
            [("lines", Required), ("purchase_id", Required), ("purchased_at", Required)],
            PurchaseReader.ReadPosted("{}"u8, Rules).Errors.Select(error => (error.Field, error.Code)).Order()
        );
    }

    [Fact]
    public void All_errors_of_a_purchase_are_reported_at_once()
    {
        var reading = PurchaseReader.ReadPosted(
            """
            {"purchase_id":"a b","till":{"id":[1,{"x":2}]},"customer_id":17850,"purchased_at":"2010-12-01T08:26:00",
             "currency":"pound","customer_id":null,
             "lines":[7,{"product_id":"p","quantity":0,"unit_price":1.23456,"colour":"red","quantity":1}]}
            """u8,
            Rules
        );
        Assert.Equal(
            [
                ("purchase_id", InvalidCharacters),
                ("till", UnknownField),
                ("customer_id", WrongType),
                ("currency", InvalidFormat),
                ("customer_id", Duplicate),
                ("lines[0]", WrongType),
                ("lines[1].quantity", OutOfRange),
                ("lines[1].unit_price", TooPrecise),
                ("lines[1].colour", UnknownField),
                ("lines[1].quantity", Duplicate),
            ],
            reading.Errors.Select(error => (error.Field, error.Code))
        );
        Assert.Equal("a b", reading.PurchaseId);
        Assert.Null(reading.Accepted);
    }

    [Fact]
    public void The_number_of_errors_is_limited()
    {
        var reading = Post("lines", "[" + string.Join(',', Enumerable.Repeat("{}", 2000)) + "]");
        Assert.Equal(PurchaseLimits.MaxErrors, reading.Errors.Count);
    }

    [Theory]
    [InlineData("")]
    [InlineData("  ")]
    [InlineData("{")]
    [InlineData("{\"purchase_id\":\"\\x\"}")]
    [InlineData("{\"purchase_id\":\"1\"}{}")]
    [InlineData("{\"purchase_id\":\"1\",}")]
    [InlineData("{\"purchase_id\":01}")]
    [InlineData("{\"purchase_id\":NaN}")]
    [InlineData("{/* */}")]
    public void Invalid_JSON_is_rejected(string text) =>
        Assert.Contains(PurchaseReader.ReadPosted(Encoding.UTF8.GetBytes(text), Rules).Errors, error =>
            error is { Field: "", Code: InvalidJson }
        );

    [Theory]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("\"536365\"")]
    public void JSON_other_than_an_object_is_rejected(string text) =>
        Expect(PurchaseReader.ReadPosted(Encoding.UTF8.GetBytes(text), Rules), "", WrongType);

    [Fact]
    public void Invalid_UTF8_is_rejected_with_its_field()
    {
        byte[] latin1 = [.. Encoding.Latin1.GetBytes(Shape(One(Line() with { Description = "£5" })))];
        var reading = PurchaseReader.ReadPosted(latin1, Rules);
        Expect(reading, "lines[0].description", InvalidUtf8);
        Assert.Equal("536365", reading.PurchaseId);
        Expect(PurchaseReader.ReadPosted([0xFF, 0xFE, (byte)'{', 0], Rules), "", InvalidUtf8);
    }

    [Fact]
    public void A_byte_order_mark_is_skipped() =>
        Assert.Empty(PurchaseReader.ReadPosted([0xEF, 0xBB, 0xBF, .. Posted(One())], Rules).Errors);
}
