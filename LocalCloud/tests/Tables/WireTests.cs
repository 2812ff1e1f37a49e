using System.Globalization;
using System.IO.Hashing;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Xunit;

namespace LocalCloud.Tests.Tables;

/// <summary>Tests responses on the wire: checksums, error types, messages.</summary>
[SystemTest]
public sealed class WireTests : IAsyncLifetime
{
    private TableServer _server = null!;
    private HttpClient _http = null!;

    public async ValueTask InitializeAsync()
    {
        _server = await TableServer.StartAsync();
        _http = new() { BaseAddress = new Uri(_server.Url) };
        await _server.CreateTableAsync("t_1", "a", "b");
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _server.DisposeAsync();
    }

    [Theory]
    [InlineData("ListTables", "{}")]
    [InlineData("GetItem", """{"TableName":"t_1"}""")]
    [InlineData("Nothing", "{}")]
    [InlineData("PutItem", "[")]
    public async Task Every_response_has_a_checksum_a_type_and_a_request_id(string operation, string body)
    {
        using var answer = await PostAsync(operation, body);
        var bytes = await answer.Content.ReadAsByteArrayAsync();
        Assert.Equal("application/x-amz-json-1.0", answer.Content.Headers.ContentType!.ToString());
        Assert.Equal(
            Crc32.HashToUInt32(bytes).ToString(CultureInfo.InvariantCulture),
            Assert.Single(answer.Headers.GetValues("x-amz-crc32"))
        );
        Assert.NotEmpty(Assert.Single(answer.Headers.GetValues("x-amzn-RequestId")));
    }

    [Theory]
    [InlineData("Nothing", "{}", "com.amazon.coral.service#UnknownOperationException")]
    [InlineData("GetItem", "{", "com.amazon.coral.service#SerializationException")]
    [InlineData("GetItem", """{"TableName":1}""", "com.amazon.coral.service#SerializationException")]
    [InlineData("GetItem", """{"TableName":"t"}""", "com.amazon.coral.validate#ValidationException")]
    [InlineData(
        "GetItem",
        """{"TableName":"none","Key":{"a":{"S":"1"}}}""",
        "com.amazonaws.dynamodb.v20120810#ResourceNotFoundException"
    )]
    public async Task Error_types_are_qualified(string operation, string body, string type)
    {
        using var answer = await PostAsync(operation, body);
        Assert.Equal(400, (int)answer.StatusCode);
        Assert.Equal(type, (string)(await ReadAsync(answer))["__type"]!);
    }

    [Theory]
    [InlineData(
        "GetItem",
        "{}",
        "2 validation errors detected: Value null at 'tableName' failed to satisfy constraint: "
            + "Member must not be null; Value null at 'key' failed to satisfy constraint: Member must not "
            + "be null"
    )]
    [InlineData("GetItem", """{"TableName":true}""", "TRUE_VALUE cannot be converted to String")]
    [InlineData(
        "GetItem",
        """{"Key":[]}""",
        "Unrecognized collection type java.util.Map<java.lang.String, com.amazonaws.dynamodb.v20120810.AttributeValue>"
    )]
    [InlineData(
        "GetItem",
        """{"TableName":"t_1","Key":{"a":{"S":"1"}}}""",
        "The provided key element does not match the schema"
    )]
    [InlineData(
        "PutItem",
        """{"TableName":"t_1","Item":{"a":{"S":"1"}}}""",
        "One or more parameter values were invalid: Missing the key b in the item"
    )]
    [InlineData(
        "PutItem",
        """{"TableName":"t_1","Item":{"a":{"S":"1"},"b":{"N":"1"}}}""",
        "One or more parameter values were invalid: Type mismatch for key b expected: S actual: N"
    )]
    [InlineData(
        "PutItem",
        """{"TableName":"t_1","Item":{"a":{"S":"1"},"b":{"S":"1"},"n":{"N":"1e126"}}}""",
        "Number overflow. Attempting to store a number with magnitude larger than supported range"
    )]
    [InlineData(
        "PutItem",
        """{"TableName":"t_1","Item":{"a":{"S":"1"},"b":{"S":"1"}"""
            + ""","n":{"N":"123456789012345678901234567890123456789"}}}""",
        "Attempting to store more than 38 significant digits in a Number"
    )]
    [InlineData(
        "PutItem",
        """{"TableName":"t_1","Item":{"a":{"S":"1"},"b":{"S":"1"},"s":{"SS":["x","x"]}}}""",
        "One or more parameter values were invalid: Input collection [x, x] contains duplicates."
    )]
    [InlineData(
        "UpdateItem",
        """{"TableName":"t_1","Key":{"a":{"S":"1"},"b":{"S":"1"}}"""
            + ""","UpdateExpression":"SET x = :v, x.y = :v","ExpressionAttributeValues":{":v":{"S":"1"}}}""",
        "Invalid UpdateExpression: Two document paths overlap with each other; must remove or "
            + "rewrite one of these paths; path one: [x], path two: [x, y]"
    )]
    [InlineData(
        "UpdateItem",
        """{"TableName":"t_1","Key":{"a":{"S":"1"},"b":{"S":"1"}}"""
            + ""","UpdateExpression":"SET position = :v","ExpressionAttributeValues":{":v":{"S":"1"}}}""",
        "Invalid UpdateExpression: Attribute name is a reserved keyword; reserved keyword: position"
    )]
    [InlineData(
        "UpdateItem",
        """{"TableName":"t_1","Key":{"a":{"S":"1"},"b":{"S":"1"}}"""
            + ""","UpdateExpression":"SET x = :v","ExpressionAttributeValues":{":v":{"S":"1"},":w":{"S":"1"}}}""",
        "Value provided in ExpressionAttributeValues unused in expressions: keys: {:w}"
    )]
    [InlineData(
        "UpdateItem",
        """{"TableName":"t_1","Key":{"a":{"S":"1"},"b":{"S":"1"}}"""
            + ""","UpdateExpression":"SET a = :v","ExpressionAttributeValues":{":v":{"S":"1"}}}""",
        "One or more parameter values were invalid: Cannot update attribute a. This attribute is part of the key"
    )]
    [InlineData(
        "Query",
        """{"TableName":"t_1","KeyConditionExpression":"a = :a OR b = :a","ExpressionAttributeValues":"""
            + "{\":a\":{\"S\":\"1\"}}}",
        "Invalid operator used in KeyConditionExpression: OR"
    )]
    [InlineData(
        "Query",
        """{"TableName":"t_1","KeyConditionExpression":"((a = :a))","ExpressionAttributeValues":{":a":{"S":"1"}}}""",
        "Invalid KeyConditionExpression: The expression has redundant parentheses;"
    )]
    [InlineData(
        "Scan",
        """{"TableName":"t_1","FilterExpression":"x BETWEEN :b AND :a","ExpressionAttributeValues":"""
            + "{\":a\":{\"S\":\"a\"},\":b\":{\"S\":\"b\"}}}",
        "Invalid FilterExpression: The BETWEEN operator requires upper bound to be greater than or "
            + "equal to lower bound; lower bound operand: AttributeValue: {S:b}, upper bound operand: "
            + "AttributeValue: {S:a}"
    )]
    public async Task Errors_have_the_messages_of_AWS(string operation, string body, string message)
    {
        using var answer = await PostAsync(operation, body);
        Assert.Equal(400, (int)answer.StatusCode);
        var error = await ReadAsync(answer);
        Assert.Equal(message, (string)(error["message"] ?? error["Message"])!);
    }

    [Fact]
    public async Task Nesting_beyond_32_levels_is_rejected()
    {
        Assert.Equal(200, await PutNestedAsync(32));
        Assert.Equal(400, await PutNestedAsync(33));
        Assert.Equal(400, await PutNestedAsync(5000));

        async Task<int> PutNestedAsync(int levels)
        {
            var value =
                string.Concat(Enumerable.Repeat("""{"L":[""", levels)) + string.Concat(Enumerable.Repeat("]}", levels));
            const string Begin = """{"TableName":"t_1","Item":{"a":{"S":"1"},"b":{"S":"1"},"x":""";
            using var answer = await PostAsync("PutItem", Begin + value + "}}");
            return (int)answer.StatusCode;
        }
    }

    [Theory]
    [InlineData("(", ")")]
    [InlineData("NOT ", "")]
    [InlineData("size(", ")")]
    public async Task Deeply_nested_expression_of_4_KB_is_rejected(string open, string close)
    {
        var depth = 4096 / (open.Length + close.Length) - 10;
        var expression =
            string.Concat(Enumerable.Repeat(open, depth)) + "x = :v" + string.Concat(Enumerable.Repeat(close, depth));
        using var answer = await PostAsync(
            "Scan",
            """{"TableName":"t_1","ExpressionAttributeValues":{":v":{"S":"1"}},"FilterExpression":" """
                + expression
                + "\"}"
        );
        Assert.Equal(400, (int)answer.StatusCode);
    }

    private async Task<HttpResponseMessage> PostAsync(string operation, string body)
    {
        using var content = new StringContent(
            body,
            Encoding.UTF8,
            new MediaTypeHeaderValue("application/x-amz-json-1.0")
        );
        content.Headers.Add("X-Amz-Target", "DynamoDB_20120810." + operation);
        return await _http.PostAsync(new Uri("/", UriKind.Relative), content);
    }

    private static async Task<JsonNode> ReadAsync(HttpResponseMessage answer) =>
        JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
}
