using System.Globalization;
using System.Net.Mime;
using System.Text.Json.Nodes;
using Microsoft.OpenApi;
using Pos.Contracts;
using Pos.Contracts.Ingest;

namespace Pos.Ingest.Purchases;

/// <summary>
/// What <c>/openapi/v1.json</c> says of <c>POST /purchases</c>: the contract with its bounds, and an answer for every
/// code.
/// </summary>
internal static class PurchasesDocument
{
    private const string Example = """
        {"purchase_id":"536365","customer_id":"17850","purchased_at":"2010-12-01T08:26:00Z","country":"United Kingdom","currency":"GBP",
         "lines":[{"line":1,"product_id":"85123A","description":"WHITE HANGING HEART T-LIGHT HOLDER","quantity":6,"unit_price":2.55}]}
        """;

    public static void AddPurchasesDocument(this WebApplicationBuilder builder) =>
        builder.Services.AddOpenApi(openApi =>
            openApi.AddDocumentTransformer(
                (document, _, _) =>
                {
                    document.Info = new OpenApiInfo
                    {
                        Title = "Purchases",
                        Version = "1",
                        Description =
                            "Takes point-of-sale purchases into the stream. What is answered as accepted is not lost.",
                    };
                    document.Servers = [];
                    document.AddComponent("Purchase", PurchaseSchema());
                    return Task.CompletedTask;
                }
            )
        );

    public static void DescribePost(this RouteHandlerBuilder post) =>
        post.WithSummary("Post purchases")
            .WithDescription(
                """
                One purchase, an array, or NDJSON; at most 500 purchases and 4 MiB, also when compressed (Content-Encoding: gzip). Each purchase is judged on its own.
                Posting a line, which is known by purchase_id and line, again replaces it: whatever was not answered as accepted can be sent again.
                """
            )
            .Produces<PurchasesAccepted>(StatusCodes.Status202Accepted)
            .Produces<PurchasesPartlyAccepted>(StatusCodes.Status207MultiStatus)
            .Produces<PurchasesProblem>(StatusCodes.Status400BadRequest, MediaTypeNames.Application.ProblemJson)
            .ProducesProblem(StatusCodes.Status413PayloadTooLarge)
            .ProducesProblem(StatusCodes.Status415UnsupportedMediaType)
            .ProducesProblem(StatusCodes.Status429TooManyRequests)
            .Produces<PurchasesProblem>(StatusCodes.Status503ServiceUnavailable, MediaTypeNames.Application.ProblemJson)
            .AddOpenApiOperationTransformer(
                (operation, context, _) =>
                {
                    var purchase = new OpenApiSchemaReference("Purchase", context.Document);
                    operation.RequestBody = new OpenApiRequestBody
                    {
                        Required = true,
                        Content = new Dictionary<string, OpenApiMediaType>
                        {
                            [MediaTypeNames.Application.Json] = new()
                            {
                                Schema = new OpenApiSchema
                                {
                                    OneOf =
                                    [
                                        purchase,
                                        new OpenApiSchema
                                        {
                                            Type = JsonSchemaType.Array,
                                            Items = purchase,
                                            MinItems = 1,
                                            MaxItems = PurchaseLimits.MaxRequestPurchases,
                                        },
                                    ],
                                },
                                Example = JsonNode.Parse(Example),
                            },
                            [NdjsonReader.ContentType] = new() { Schema = purchase },
                        },
                    };
                    Describe(operation, "202", "Every purchase is in the stream.");
                    Describe(operation, "207", "Some purchases are in the stream, the rejected ones are not.");
                    Describe(operation, "400", "No purchase is valid, or the body is not JSON. Nothing was accepted.");
                    Describe(operation, "413", "More than 4 MiB or more than 500 purchases. Nothing was accepted.");
                    Describe(
                        operation,
                        "415",
                        "Another content type, charset or content encoding. Nothing was accepted."
                    );
                    Describe(
                        operation,
                        "429",
                        "Too much is waiting for the stream. Nothing was accepted; try again after Retry-After seconds."
                    );
                    Describe(
                        operation,
                        "503",
                        "The stream did not acknowledge any purchase in time; try again after Retry-After seconds."
                    );
                    return Task.CompletedTask;
                }
            );

    private static void Describe(OpenApiOperation operation, string code, string description) =>
        operation.Responses![code].Description = description;

    private static OpenApiSchema PurchaseSchema() =>
        new()
        {
            Type = JsonSchemaType.Object,
            AdditionalPropertiesAllowed = false,
            Required = new HashSet<string> { "purchase_id", "purchased_at", "lines" },
            Properties = new Dictionary<string, IOpenApiSchema>
            {
                ["purchase_id"] = new OpenApiSchema
                {
                    Type = JsonSchemaType.String,
                    Pattern = "^[A-Za-z0-9._-]{1,64}$",
                },
                ["customer_id"] = Text(PurchaseLimits.MaxNameCharacters),
                ["store_id"] = Text(PurchaseLimits.MaxNameCharacters),
                ["purchased_at"] = Time("1990 to a day from now; without an offset it is UTC"),
                ["country"] = Text(PurchaseLimits.MaxNameCharacters),
                ["currency"] = new OpenApiSchema
                {
                    Type = JsonSchemaType.String,
                    Pattern = "^[A-Z]{3}$",
                    Description = "ISO 4217; when left out, what the service is configured with",
                },
                ["lines"] = new OpenApiSchema
                {
                    Type = JsonSchemaType.Array,
                    MinItems = 1,
                    MaxItems = PurchaseLimits.MaxLines,
                    Items = LineSchema(),
                },
            },
        };

    private static OpenApiSchema LineSchema() =>
        new()
        {
            Type = JsonSchemaType.Object,
            AdditionalPropertiesAllowed = false,
            Required = new HashSet<string> { "product_id", "quantity", "unit_price" },
            Properties = new Dictionary<string, IOpenApiSchema>
            {
                ["line"] = Number(
                    JsonSchemaType.Integer,
                    1,
                    PurchaseLimits.MaxLineNumber,
                    "Its place in the array, from 1, when left out"
                ),
                ["product_id"] = new OpenApiSchema
                {
                    Type = JsonSchemaType.String,
                    MinLength = 1,
                    MaxLength = PurchaseLimits.MaxNameCharacters,
                },
                ["description"] = Text(PurchaseLimits.MaxDescriptionCharacters),
                ["quantity"] = Number(
                    JsonSchemaType.Integer,
                    -PurchaseLimits.MaxQuantity,
                    PurchaseLimits.MaxQuantity,
                    "Not 0; negative is a return"
                ),
                ["unit_price"] = Number(
                    JsonSchemaType.Number,
                    -PurchaseLimits.MaxUnitPrice,
                    PurchaseLimits.MaxUnitPrice,
                    "At most 4 decimal places"
                ),
                ["purchased_at"] = Time("When the line has a time of its own"),
            },
        };

    private static OpenApiSchema Text(int mostCharacters) =>
        new() { Type = JsonSchemaType.String | JsonSchemaType.Null, MaxLength = mostCharacters };

    private static OpenApiSchema Time(string description) =>
        new()
        {
            Type = JsonSchemaType.String,
            Format = "date-time",
            Description = description,
        };

    private static OpenApiSchema Number(JsonSchemaType type, int least, int most, string description) =>
        new()
        {
            Type = type,
            Minimum = least.ToString(CultureInfo.InvariantCulture),
            Maximum = most.ToString(CultureInfo.InvariantCulture),
            Description = description,
        };
}
